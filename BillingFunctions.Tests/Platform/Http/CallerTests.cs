using System.Net;
using BillingFunctions.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Tests.Platform.Http;

public sealed class CallerTests
{
    [Theory]
    [InlineData("True", "ann@example.com")]
    [InlineData("true", "ann@example.com")]
    [InlineData("False", "192.0.2.7")]
    [InlineData("", "192.0.2.7")]
    [InlineData(null, "192.0.2.7")]
    public void Of_PrincipalHeader_CountsOnlyWithAppServiceAuthentication(string? isOn, string expected) =>
        Assert.Equal(expected, Caller.Of(Request(isOn, ("X-MS-CLIENT-PRINCIPAL-NAME", "ann@example.com"))));

    [Fact]
    public void Of_FunctionKey_IsAFingerprintThatTellsKeysApart()
    {
        var (first, second) = (Caller.Of(Request(null, ("x-functions-key", "key-1"))), Caller.Of(Request(null, ("x-functions-key", "key-2"))));
        var inTheQuery = Request(null);
        inTheQuery.QueryString = new QueryString("?code=key-1");

        Assert.Matches("^key [0-9a-f]{12}$", first);
        Assert.NotEqual(first, second);
        Assert.Equal(first, Caller.Of(inTheQuery));
    }

    private static HttpRequest Request(string? authenticationEnabled, params (string Name, string Value)[] headers)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create("WEBSITE_AUTH_ENABLED", authenticationEnabled)]).Build();
        var http = new DefaultHttpContext { RequestServices = new ServiceCollection().AddSingleton<IConfiguration>(configuration).BuildServiceProvider() };
        http.Connection.RemoteIpAddress = IPAddress.Parse("192.0.2.7");
        foreach (var (name, value) in headers)
        {
            http.Request.Headers[name] = value;
        }

        return http.Request;
    }
}
