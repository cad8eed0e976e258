using System.Net;
using BillingFunctions.Tests.Fixtures;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Tests.Local.Functions.Queues;

/// <summary>What functions return, in queues.</summary>
public sealed class QueueOutputTests(AzuriteFixture azurite)
{
    private readonly QueueRig _rig = new(azurite.NewAccount());

    [Fact]
    public async Task Return_Text_IsOneMessageInAQueueThatIsMade()
    {
        await using var app = await _rig.StartAsync<Forwarding>();
        await _rig.SendAsync("inbox", "text");

        Assert.Equal(["got text"], await _rig.ArrivedAsync("out-texts"));
    }

    [Theory]
    [InlineData("records", new[] { """{"Id":1,"Text":"a"}""", """{"Id":2,"Text":"b"}""" })]
    [InlineData("texts", new[] { "a", "b" })]
    [InlineData("json", new[] { "1", "x", """{"a":[2]}""" })]
    [InlineData("bracket", new[] { "[no json]" })]
    public async Task Post_PropertiesOfTheResult_AreSentAndTheResponseWritten(string what, string[] expected)
    {
        await using var app = await _rig.StartAsync<Posting>();

        using var response = await app.Client.PostAsync($"/{what}", null, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.Equal(expected.Order(StringComparer.Ordinal), await _rig.ArrivedAsync($"{what}-queue", expected.Length));
        Assert.Empty(app.Log.Errors);
    }

    [Fact]
    public async Task Post_NullOutput_SendsNothing()
    {
        await using var app = await _rig.StartAsync<Posting>();

        using var response = await app.Client.PostAsync("/nothing", null, TestContext.Current.CancellationToken);

        Assert.Equal(HttpStatusCode.Accepted, response.StatusCode);
        Assert.False(await _rig.Queue("records-queue").ExistsAsync());
    }

    [Fact]
    public async Task Return_FunctionFails_SendsNothing()
    {
        await using var app = await _rig.StartAsync<Forwarding>();
        await _rig.SendAsync("inbox", "fail");

        Assert.Equal(["fail"], await _rig.ArrivedAsync("inbox-poison"));

        Assert.False(await _rig.Queue("out-texts").ExistsAsync());
    }

    [Fact]
    public async Task Return_TooLargeForAMessage_FailsTheFunction()
    {
        await using var app = await _rig.StartAsync<Forwarding>();
        await _rig.SendAsync("inbox", new string('x', 49_150));

        await _rig.ArrivedAsync("inbox-poison");

        Assert.Equal(5, app.Log.Errors.Count(error => error.Exception is Azure.RequestFailedException { Status: 413 }));
    }

    [Fact]
    public async Task Return_InAndOutOfTheSameApp_PassesMessagesOn()
    {
        await using var app = await _rig.StartAsync<Chain>();

        using var response = await app.Client.PostAsync("/start", null, TestContext.Current.CancellationToken);

        Assert.Equal(["1 2 3"], await _rig.ArrivedAsync("third"));
    }

    public sealed record Item(int Id, string Text);

    public sealed record Outputs(
        [property: HttpResult] IResult Response,
        [property: QueueOutput("records-queue")] IEnumerable<Item>? Records = null,
        [property: QueueOutput("texts-queue")] string[]? Texts = null,
        [property: QueueOutput("json-queue")] string? Json = null,
        [property: QueueOutput("bracket-queue")] string? Bracket = null);

    public sealed class Forwarding
    {
        [Function("Forward")]
        [QueueOutput("out-texts")]
        public async Task<string> RunAsync([QueueTrigger("inbox")] string message)
        {
            await Task.Yield();
            return message == "fail" ? throw new InvalidOperationException() : $"got {message}";
        }
    }

    public sealed class Posting
    {
        [Function("Post")]
        public Outputs Post([HttpTrigger("post", Route = "{what}")] HttpRequest request, string what)
        {
            var accepted = Results.Accepted();
            return what switch
            {
                "records" => new Outputs(accepted, Records: [new Item(1, "a"), new Item(2, "b")]),
                "texts" => new Outputs(accepted, Texts: ["a", "b"]),
                "json" => new Outputs(accepted, Json: """ [1, "x", {"a":[2]}] """),
                "bracket" => new Outputs(accepted, Bracket: "[no json]"),
                _ => new Outputs(accepted),
            };
        }
    }

    public sealed class Chain
    {
        [Function("Start")]
        public Begun Start([HttpTrigger("post", Route = "start")] HttpRequest request) => new(Results.Ok(), "1");

        [Function("Second")]
        [QueueOutput("second")]
        public ValueTask<string> SecondAsync([QueueTrigger("first")] string message) => ValueTask.FromResult($"{message} 2");

        [Function("Third")]
        [QueueOutput("third")]
        public string Third([QueueTrigger("second")] string message) => $"{message} 3";
    }

    public sealed class Begun(IResult response, string message)
    {
        [HttpResult]
        public IResult Response => response;

        [QueueOutput("first")]
        public string Message => message;
    }
}
