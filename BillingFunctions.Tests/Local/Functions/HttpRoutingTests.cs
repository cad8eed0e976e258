using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Tests.Local.Functions;

public sealed class HttpRoutingTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Theory]
    [InlineData("/things/a%20b", "string a b")]
    [InlineData("/numbers/42", "int 42")]
    [InlineData("/big/9000000000", "long 9000000000")]
    [InlineData("/ids/6f9619ff-8b86-d011-b42d-00cf4fc964ff", "guid 6f9619ff-8b86-d011-b42d-00cf4fc964ff")]
    [InlineData("/maybe", "page null")]
    [InlineData("/maybe/3", "page 3")]
    [InlineData("/Unrouted", "by name")]
    [InlineData("/deep/a/b/c", "rest a/b/c")]
    public async Task Get_RouteValues_AreBoundByName(string path, string expected)
    {
        await using var app = await TestApp.StartAsync<Routes>();

        Assert.Equal(expected, await app.Client.GetStringAsync(path, None));
    }

    [Theory]
    [InlineData("GET", "/numbers/x", HttpStatusCode.NotFound)]
    [InlineData("GET", "/nothing", HttpStatusCode.NotFound)]
    [InlineData("POST", "/numbers/1", HttpStatusCode.MethodNotAllowed)]
    [InlineData("PATCH", "/Unrouted", HttpStatusCode.OK)]
    [InlineData("DELETE", "/numbers/1", HttpStatusCode.NoContent)]
    [InlineData("GET", "/loose/x", HttpStatusCode.InternalServerError)]
    public async Task Request_RouteOrMethodThatDoesNotFit_IsRefused(string method, string path, HttpStatusCode expected)
    {
        await using var app = await TestApp.StartAsync<Routes>();

        using var response = await app.Client.SendAsync(new HttpRequestMessage(new HttpMethod(method), path), None);

        Assert.Equal(expected, response.StatusCode);
    }

    [Fact]
    public async Task Request_PrefixFromSettings_StandsBeforeTheRoute()
    {
        var settings = new Dictionary<string, string?> { ["AzureFunctionsJobHost:extensions:http:routePrefix"] = "v1" };
        await using var app = await TestApp.StartAsync<Routes>(settings: settings);

        Assert.Equal("int 1", await app.Client.GetStringAsync("/v1/numbers/1", None));
        Assert.Equal(HttpStatusCode.NotFound, (await app.Client.GetAsync("/numbers/1", None)).StatusCode);
    }

    public sealed class Routes
    {
        [Function("String")]
        public IResult String([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "things/{name}")] HttpRequest request, string name)
            => Results.Text($"string {name}");

        [Function("Int")]
        public IResult Int([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "numbers/{number:int}")] HttpRequest request, int number)
            => Results.Text($"int {number}");

        [Function("Long")]
        public IResult Long([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "big/{number:long}")] HttpRequest request, long number)
            => Results.Text($"long {number}");

        [Function("Guid")]
        public IResult Guid([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "ids/{id:guid}")] HttpRequest request, Guid id)
            => Results.Text($"guid {id}");

        [Function("Loose")]
        public IResult Loose([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "loose/{number}")] HttpRequest request, int number)
            => Results.Text($"loose {number}");

        [Function("Maybe")]
        public IResult Maybe([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "maybe/{page:int?}")] HttpRequest request, int? page)
            => Results.Text($"page {page?.ToString() ?? "null"}");

        [Function("Deep")]
        public IResult Deep([HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "deep/{*rest}")] HttpRequest request, string rest)
            => Results.Text($"rest {rest}");

        [Function("Remove")]
        public IResult Remove([HttpTrigger(AuthorizationLevel.Anonymous, "delete", Route = "numbers/{number:int}")] HttpRequest request, int number)
            => Results.NoContent();

        [Function("Unrouted")]
        public IResult Unrouted([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => Results.Text("by name");
    }
}
