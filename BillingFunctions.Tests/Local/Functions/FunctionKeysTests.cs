using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Tests.Local.Functions;

public sealed class FunctionKeysTests
{
    private static readonly Dictionary<string, string?> Keys = new() { ["Keys:Default"] = "default-key", ["Keys:Master"] = "master-key" };

    [Theory]
    [InlineData("/open", null, HttpStatusCode.OK)]
    [InlineData("/keyed", null, HttpStatusCode.Unauthorized)]
    [InlineData("/keyed", "", HttpStatusCode.Unauthorized)]
    [InlineData("/keyed", "default-ke", HttpStatusCode.Unauthorized)]
    [InlineData("/keyed", "DEFAULT-KEY", HttpStatusCode.Unauthorized)]
    [InlineData("/keyed", "default-key", HttpStatusCode.OK)]
    [InlineData("/keyed", "master-key", HttpStatusCode.OK)]
    [InlineData("/admin", "default-key", HttpStatusCode.Unauthorized)]
    [InlineData("/admin", "master-key", HttpStatusCode.OK)]
    public async Task Get_KeysAreSet_LevelDecides(string path, string? key, HttpStatusCode expected)
    {
        await using var app = await TestApp.StartAsync<Doors>(settings: Keys);
        using var byHeader = new HttpRequestMessage(HttpMethod.Get, path);
        if (key is not null)
        {
            byHeader.Headers.TryAddWithoutValidation("x-functions-key", key);
        }

        Assert.Equal(expected, (await app.Client.SendAsync(byHeader, TestContext.Current.CancellationToken)).StatusCode);
        Assert.Equal(expected, (await app.Client.GetAsync($"{path}?code={key}", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Get_NoKeyIsSet_EverythingIsOpen()
    {
        await using var app = await TestApp.StartAsync<Doors>();

        Assert.Equal(HttpStatusCode.OK, (await app.Client.GetAsync("/admin", TestContext.Current.CancellationToken)).StatusCode);
    }

    [Fact]
    public async Task Get_OnlyTheMasterKeyIsSet_AdminIsOpenAsWithoutKeys()
    {
        await using var app = await TestApp.StartAsync<Doors>(settings: new Dictionary<string, string?> { ["Keys:Master"] = "m" });

        Assert.Equal(HttpStatusCode.OK, (await app.Client.GetAsync("/keyed", TestContext.Current.CancellationToken)).StatusCode);
    }

    public sealed class Doors
    {
        [Function("open")]
        public IResult Open([HttpTrigger(AuthorizationLevel.Anonymous)] HttpRequest request) => Results.Ok();

        [Function("keyed")]
        public IResult Keyed([HttpTrigger] HttpRequest request) => Results.Ok();

        [Function("admin")]
        public IResult Admin([HttpTrigger(AuthorizationLevel.Admin)] HttpRequest request) => Results.Ok();
    }
}
