using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Webhooks;

/// <summary>An app with a live key, and nobody who sends it events but the tests.</summary>
public sealed class LiveAppFixture(AzuriteFixture azurite) : IAsyncLifetime
{
    private StripeSimulator _stripe = null!;

    internal BillingApp App { get; private set; } = null!;

    internal WebhooksDriver Webhooks => new(App);

    public async ValueTask InitializeAsync()
    {
        _stripe = await StripeFake.StartAsync();
        App = await BillingApp.StartAsync(azurite.NewAccount(), _stripe, ("Stripe__WebhookSecrets", WebhookRequestBuilder.Secret), ("Stripe__ApiKey", "sk_live_0123456789"));
    }

    public async ValueTask DisposeAsync()
    {
        await _stripe.DisposeAsync();
        await App.DisposeAsync();
    }
}

/// <summary>Events of test mode and of connected accounts reach an endpoint too; they are kept and change nothing.</summary>
public sealed class ForeignEventTests(LiveAppFixture fixture) : IClassFixture<LiveAppFixture>
{
    [Theory]
    [InlineData("evt_test_sub", "customer.subscription.created", """{ "id": "sub_1", "object": "subscription", "customer": "cus_1", "status": "active" }""", false, null)]
    [InlineData("evt_test_cus", "customer.created", """{ "id": "cus_test", "object": "customer", "email": "ada@example.com", "created": 1770000000 }""", false, null)]
    [InlineData("evt_test_paid", "invoice.paid", """{ "id": "in_1", "object": "invoice", "customer": "cus_1", "status": "paid", "subscription": "sub_1", "created": 1770000000, "currency": "usd" }""", false, null)]
    [InlineData("evt_conn_sub", "customer.subscription.created", """{ "id": "sub_2", "object": "subscription", "customer": "cus_2", "status": "active" }""", true, "acct_1")]
    [InlineData("evt_conn_cus", "customer.updated", """{ "id": "cus_conn", "object": "customer", "email": "ada@example.com", "created": 1770000000 }""", true, "acct_1")]
    [InlineData("evt_conn_test", "customer.deleted", """{ "id": "cus_conn", "object": "customer", "deleted": true }""", false, "acct_1")]
    public async Task Event_OfTestModeOrAnotherAccount_IsKeptAndIgnoredWithItsReason(string id, string type, string body, bool livemode, string? account)
    {
        await fixture.Webhooks.DeliverAsync(Payload(id, type, body, livemode, account));

        var ignored = await fixture.Webhooks.UntilAsync(id, "ignored");

        Assert.Contains(account is null ? "test mode" : "acct_1", ignored.GetProperty("error").GetString(), StringComparison.Ordinal);
        var subject = JsonNode.Parse(body)!["id"]!.GetValue<string>();
        foreach (var path in new[] { $"api/subscriptions/{subject}", $"api/customers/{subject}" })
        {
            using var answer = await fixture.App.Http.GetAsync(path, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.NotFound, answer.StatusCode);
        }
    }

    [Fact]
    public async Task Event_OfLiveMode_IsApplied()
    {
        await fixture.Webhooks.DeliverAsync(Payload("evt_live", "customer.created", """{ "id": "cus_live", "object": "customer", "email": "ada@example.com", "created": 1770000000 }""", true, null));

        Assert.Equal(JsonValueKind.Null, (await fixture.Webhooks.UntilAsync("evt_live", "applied")).GetProperty("error").ValueKind);
    }

    private static string Payload(string id, string type, string body, bool livemode, string? account)
    {
        var payload = JsonNode.Parse(StripeEventBuilder.Json(id, type, content: body, livemode: livemode))!.AsObject();
        if (account is not null)
        {
            payload["account"] = account;
        }

        return payload.ToJsonString();
    }
}
