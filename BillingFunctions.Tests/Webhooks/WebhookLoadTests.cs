using System.Net.Http.Json;
using System.Text.Json;
using BillingFunctions.Simulators.Stripe.Load;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Testing.Load;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Webhooks;

public sealed class WebhookLoadTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Events_FromManySendersWhileTheAppIsKilled_AreEachAppliedOnce()
    {
        const int Customers = 300;
        await using var stripe = await StripeFake.StartAsync();
        await using var app = await BillingApp.StartAsync(azurite.NewAccount(), stripe, ("Stripe__WebhookSecrets", WebhookRequestBuilder.Secret));
        var events = EventLoad.Generate(Customers, DateTimeOffset.UnixEpoch.AddYears(56)).ToList();
        var load = new WebhookLoad(events);

        var sending = load.SendAsync(() => app.Http, senders: 64);
        await Poll.UntilAsync(() => Task.FromResult(load.Accepted), accepted => accepted > events.Count / 2);
        await app.KillAsync();
        await app.StartAsync();
        await sending;
        var webhooks = new WebhooksDriver(app);
        await webhooks.SettleAsync(replay: true);

        Assert.Equal(events.Count, (await webhooks.EventIdsAsync("applied")).Count);
        foreach (var subscription in events.Select(one => one.SubscriptionId).Distinct())
        {
            var record = await app.Http.GetFromJsonAsync<JsonElement>($"api/subscriptions/{subscription}");
            Assert.Equal("paid", record.GetProperty("status").GetString());
            var audit = await app.Http.GetFromJsonAsync<JsonElement>($"api/subscriptions/{subscription}/audit");
            Assert.Equal(["applied", "applied"], audit.GetProperty("data").EnumerateArray().Select(entry => entry.GetProperty("outcome").GetString()));
        }
    }
}
