using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Tests.Local.Functions;

public sealed class HttpResultTests
{
    [Theory]
    [InlineData("result", 201, "{\"amount\":5}")]
    [InlineData("action", 202, "{\"amount\":6}")]
    [InlineData("task", 200, "later")]
    [InlineData("valuetask", 200, "later still")]
    [InlineData("object", 200, "\"boxed\"")]
    [InlineData("written", 418, "by hand")]
    [InlineData("poco", 200, "")]
    [InlineData("static", 200, "static")]
    public async Task Get_EachKindOfResult_IsWritten(string route, int status, string body)
    {
        await using var app = await TestApp.StartAsync([typeof(Answers), typeof(StaticAnswers)]);

        using var response = await app.Client.GetAsync("/" + route, TestContext.Current.CancellationToken);

        Assert.Equal(status, (int)response.StatusCode);
        Assert.Equal(body, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("throws")]
    [InlineData("throws_later")]
    [InlineData("broken_result")]
    public async Task Get_FunctionThrows_Is500WithoutABodyAndLoggedOnce(string route)
    {
        await using var app = await TestApp.StartAsync<Answers>();

        using var response = await app.Client.GetAsync("/" + route, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.InternalServerError, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(TestContext.Current.CancellationToken));
        var error = Assert.Single(app.Log.Errors);
        Assert.Equal("secret", error.Exception?.Message);
    }

    [Fact]
    public async Task Post_BodyOverTheLimit_Is413()
    {
        var settings = new Dictionary<string, string?> { ["FUNCTIONS_REQUEST_BODY_SIZE_LIMIT"] = "1000" };
        await using var app = await TestApp.StartAsync<Answers>(settings: settings);

        using var small = await app.Client.PostAsync("/length", new ByteArrayContent(new byte[1000]), TestContext.Current.CancellationToken);
        using var large = await app.Client.PostAsync("/length", new ByteArrayContent(new byte[1001]), TestContext.Current.CancellationToken);

        Assert.Equal("1000", await small.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, large.StatusCode);
    }

    [Fact]
    public async Task Get_EachInvocation_HasItsOwnInstanceThatIsDisposed()
    {
        Disposed.Count = 0;
        await using var app = await TestApp.StartAsync<Disposed>();

        await app.Client.GetAsync("/disposed", TestContext.Current.CancellationToken);
        await app.Client.GetAsync("/disposed", TestContext.Current.CancellationToken);

        Assert.Equal(2, Disposed.Count);
    }

    public sealed class Answers
    {
        [Function("result")]
        public IResult Result([HttpTrigger("get")] HttpRequest request) => Results.Created("/x", new { Amount = 5 });

        [Function("action")]
        public IActionResult Action([HttpTrigger("get")] HttpRequest request) => new AcceptedResult("/x", new { Amount = 6 });

        [Function("task")]
        public async Task<IResult> Later([HttpTrigger("get")] HttpRequest request)
        {
            await Task.Yield();
            return Results.Text("later");
        }

        [Function("valuetask")]
        public async ValueTask<IResult> LaterStill([HttpTrigger("get")] HttpRequest request)
        {
            await Task.Yield();
            return Results.Text("later still");
        }

        [Function("object")]
        public object Boxed([HttpTrigger("get")] HttpRequest request) => Results.Json("boxed");

        [Function("poco")]
        public object Poco([HttpTrigger("get")] HttpRequest request) => new { Amount = 7 };

        [Function("written")]
        public async Task Written([HttpTrigger("get")] HttpRequest request, FunctionContext context, CancellationToken cancellationToken)
        {
            var response = context.GetHttpContext()!.Response;
            response.StatusCode = 418;
            await response.WriteAsync("by hand", cancellationToken);
        }

        [Function("throws")]
        public IResult Throws([HttpTrigger("get")] HttpRequest request) => throw new InvalidOperationException("secret");

        [Function("throws_later")]
        public async Task<IResult> ThrowsLater([HttpTrigger("get")] HttpRequest request)
        {
            await Task.Yield();
            throw new InvalidOperationException("secret");
        }

        [Function("broken_result")]
        public IResult BrokenResult([HttpTrigger("get")] HttpRequest request) => new Broken();

        [Function("length")]
        public async Task<IResult> Length([HttpTrigger("post")] HttpRequest request)
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body);
            return Results.Text(body.Length.ToString());
        }

        private sealed class Broken : IResult
        {
            public Task ExecuteAsync(HttpContext httpContext) => throw new InvalidOperationException("secret");
        }
    }

    public static class StaticAnswers
    {
        [Function("static")]
        public static IResult Static([HttpTrigger("get")] HttpRequest request) => Results.Text("static");
    }

    public sealed class Disposed : IDisposable
    {
        private static int _count;

        internal static int Count
        {
            get => _count;
            set => _count = value;
        }

        [Function("disposed")]
        public IResult Run([HttpTrigger("get")] HttpRequest request) => Results.Ok();

        public void Dispose() => Interlocked.Increment(ref _count);
    }
}
