using System.Net.Http.Json;
using System.Text.Json;
using BillingFunctions.Benchmarks;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Simulators.Stripe.Load;
using BillingFunctions.Tests.Drivers;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Webhooks;

public sealed class WebhookLoadTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task Events_FromManySendersWhileTheAppIsKilled_AreEachAppliedOnce()
    {
        const int Customers = 300;
        await using var stripe = await StripeSimulator.StartAsync(new StripeSimulatorOptions(), TestContext.Current.CancellationToken);
        await using var app = await BillingApp.StartAsync(azurite.NewAccount(), stripe, ("Stripe__WebhookSecrets", "whsec_load"));
        var events = EventLoad.Generate(Customers, DateTimeOffset.UnixEpoch.AddYears(56)).ToList();
        var load = new WebhookLoad(events, "whsec_load");

        var sending = load.SendAsync(() => app.Http, senders: 64);
        await Poll.UntilAsync(() => Task.FromResult(load.Accepted), accepted => accepted > events.Count / 2);
        await app.KillAsync();
        await app.StartAsync();
        await sending;
        await Poll.UntilAsync(() => ReplayAsync(app), left => left == 0);

        Assert.Equal(events.Count, (await IdsAsync(app, "applied")).Count);
        foreach (var subscription in events.Select(one => one.SubscriptionId).Distinct())
        {
            var record = await app.Http.GetFromJsonAsync<JsonElement>($"api/subscriptions/{subscription}");
            Assert.Equal("paid", record.GetProperty("status").GetString());
            var audit = await app.Http.GetFromJsonAsync<JsonElement>($"api/subscriptions/{subscription}/audit");
            Assert.Equal(["applied", "applied"], audit.GetProperty("data").EnumerateArray().Select(entry => entry.GetProperty("outcome").GetString()));
        }
    }

    /// <summary>The queue hides what the killed process held for ten minutes before it delivers it again. Somebody in a hurry replays it.</summary>
    private static async Task<int> ReplayAsync(BillingApp app)
    {
        var left = await IdsAsync(app, "received");
        foreach (var id in left)
        {
            using var response = await app.Http.PostAsync($"api/webhook_events/{id}/replay", null);
            response.EnsureSuccessStatusCode();
        }

        return left.Count;
    }

    private static async Task<List<string>> IdsAsync(BillingApp app, string status)
    {
        var ids = new List<string>();
        string? cursor = null;
        do
        {
            var page = await app.Http.GetFromJsonAsync<JsonElement>($"api/webhook_events?status={status}&limit=100{(cursor is null ? "" : $"&cursor={cursor}")}");
            ids.AddRange(page.GetProperty("data").EnumerateArray().Select(one => one.GetProperty("id").GetString()!));
            cursor = page.GetProperty("next_cursor").GetString();
        }
        while (cursor is not null);
        return ids;
    }
}
