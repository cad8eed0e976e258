using System.Net;
using System.Net.Http.Headers;
using System.Text;
using BillingFunctions.Simulators.Salesforce;
using BillingFunctions.Testing.Fakes;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Simulators.Salesforce.Sessions;

public sealed class TokenTests
{
    private static readonly SalesforceSimulatorOptions Defaults = new();

    [Fact]
    public async Task Token_ClientCredentials_OpensASession()
    {
        var clock = new FakeTimeProvider(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        await using var simulator = await SalesforceFake.StartAsync(clock);
        using var http = new HttpClient { BaseAddress = new Uri(simulator.BaseUrl) };

        using var response = await http.TokenAsync(
            ("grant_type", "client_credentials"), ("client_id", Defaults.ClientId), ("client_secret", Defaults.ClientSecret));

        var token = await response.JsonAsync();
        Assert.Equal((simulator.BaseUrl, "Bearer"), (token.GetProperty("instance_url").GetString(), token.GetProperty("token_type").GetString()));
        Assert.Equal("1772323200000", token.GetProperty("issued_at").GetString());
        Assert.EndsWith($"/id/{simulator.OrganizationId}/{simulator.ApiUserId}", token.GetProperty("id").GetString(), StringComparison.Ordinal);
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token.GetProperty("access_token").GetString());
        using var limits = await http.SendAsync(HttpMethod.Get, "/limits");
        Assert.Equal(HttpStatusCode.OK, limits.StatusCode);
    }

    [Fact]
    public async Task Token_BasicAuthentication_IsAccepted()
    {
        await using var simulator = await SalesforceFake.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(simulator.BaseUrl) };
        var credentials = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{Defaults.ClientId}:{Defaults.ClientSecret}"));
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Basic", credentials);

        using var response = await http.TokenAsync(("grant_type", "client_credentials"));

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
    }

    [Theory]
    [InlineData("client_credentials", "3MVG9_simulator", "wrong", "invalid_client")]
    [InlineData("client_credentials", "wrong", "simulator", "invalid_client_id")]
    [InlineData("password", "3MVG9_simulator", "simulator", "unsupported_grant_type")]
    public async Task Token_WrongForm_IsRefused(string grant, string id, string secret, string error)
    {
        await using var simulator = await SalesforceFake.StartAsync();
        using var http = new HttpClient { BaseAddress = new Uri(simulator.BaseUrl) };

        using var response = await http.TokenAsync(("grant_type", grant), ("client_id", id), ("client_secret", secret));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal(error, (await response.JsonAsync()).GetProperty("error").GetString());
    }

    [Fact]
    public async Task RevokeTokens_OpenSession_IsRefusedUntilANewTokenIsTaken()
    {
        await using var simulator = await SalesforceFake.StartAsync();
        using var http = await simulator.ConnectAsync();

        simulator.RevokeTokens();

        Assert.Equal((401, "INVALID_SESSION_ID"), await http.SendAsync(HttpMethod.Get, "/limits").RefusedAsync());
        using var again = await simulator.ConnectAsync();
        using var response = await again.SendAsync(HttpMethod.Get, "/limits");
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal(2, simulator.Calls.Count("/services/oauth2/token"));
    }

    [Fact]
    public async Task Session_NotUsedForItsLifetime_Ends()
    {
        var clock = new FakeTimeProvider();
        await using var simulator = await SalesforceFake.StartAsync(clock);
        using var http = await simulator.ConnectAsync();

        clock.Advance(TimeSpan.FromHours(1.5));
        using var used = await http.SendAsync(HttpMethod.Get, "/limits");
        clock.Advance(TimeSpan.FromHours(1.5));
        using var usedAgain = await http.SendAsync(HttpMethod.Get, "/limits");
        clock.Advance(TimeSpan.FromHours(2));

        Assert.Equal((HttpStatusCode.OK, HttpStatusCode.OK), (used.StatusCode, usedAgain.StatusCode));
        Assert.Equal((401, "INVALID_SESSION_ID"), await http.SendAsync(HttpMethod.Get, "/limits").RefusedAsync());
    }
}
