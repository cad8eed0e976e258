using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using BillingFunctions.Benchmarks;
using BillingFunctions.Customers.Invoices;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Simulators.Stripe.Load;
using BillingFunctions.Tests.Drivers;
using BillingFunctions.Tests.Fixtures;
using BillingFunctions.Webhooks.Inbox;

namespace BillingFunctions.Tests.Webhooks;

/// <summary>An event that cannot be applied ends in the failed jobs, and from there it can be applied after all.</summary>
public sealed class FailingEventTests(AzuriteFixture azurite)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Event_ThatCannotBeApplied_FailsWithItsReasonAndIsAppliedOnRetry()
    {
        var storage = azurite.NewAccount();
        await using var stripe = await StripeSimulator.StartAsync(new StripeSimulatorOptions(), Token);
        await using var app = await BillingApp.StartAsync(storage, stripe, [("Stripe__WebhookSecrets", WebhookAppFixture.Secret), .. Impatience.Queues]);
        var invoices = new TableClient(storage, CustomerInvoiceStore.Table);
        await invoices.DeleteAsync(Token);
        var events = EventLoad.Generate(1, DateTimeOffset.UnixEpoch.AddYears(56)).ToList();
        var paid = events.Single(one => one.Type == "invoice.paid");

        foreach (var one in events)
        {
            await PostAsync(app, one.Json);
        }

        var job = await Poll.UntilAsync(() => FailedJobAsync(app), found => found is not null, TimeSpan.FromSeconds(90));
        Assert.Contains("TableNotFound", job!.Value.GetProperty("error").GetString());
        Assert.Equal([paid.Id], await EventsAsync(app, "failed"));
        Assert.Equal(3, (await EventsAsync(app, "applied")).Count);

        await invoices.CreateAsync(Token);
        using var retried = await app.Http.PostAsync($"api/failed_jobs/{job.Value.GetProperty("id").GetString()}/retry", null, Token);

        Assert.Equal(HttpStatusCode.Accepted, retried.StatusCode);
        await Poll.UntilAsync(() => EventsAsync(app, "applied"), applied => applied.Count == 4);
        Assert.Null(await FailedJobAsync(app));
        var page = await app.Http.GetFromJsonAsync<JsonElement>($"api/customers/{paid.CustomerId}/invoices", Token);
        Assert.Equal("paid", Assert.Single(page.GetProperty("data").EnumerateArray()).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Event_ThatCannotBeStored_IsAnswered500SoThatStripeSendsItAgain()
    {
        var storage = azurite.NewAccount();
        await using var stripe = await StripeSimulator.StartAsync(new StripeSimulatorOptions(), Token);
        await using var app = await BillingApp.StartAsync(storage, stripe, ("Stripe__WebhookSecrets", WebhookAppFixture.Secret));
        var inbox = new TableClient(storage, InboxStore.Table);
        var payload = WebhookAppFixture.Event("evt_again");
        await inbox.DeleteAsync(Token);

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => PostAsync(app, payload));
        await inbox.CreateAsync(Token);
        await PostAsync(app, payload);

        Assert.Equal(HttpStatusCode.InternalServerError, refused.StatusCode);
        await Poll.UntilAsync(() => EventsAsync(app, "ignored"), ignored => ignored.Contains("evt_again"));
    }

    private static async Task PostAsync(BillingApp app, string payload)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "api/webhooks/stripe") { Content = new StringContent(payload, Encoding.UTF8, "application/json") };
        request.Headers.TryAddWithoutValidation("Stripe-Signature", WebhookAppFixture.Sign(payload));
        using var response = await app.Http.SendAsync(request, Token);
        response.EnsureSuccessStatusCode();
    }

    private static async Task<JsonElement?> FailedJobAsync(BillingApp app)
    {
        var page = await app.Http.GetFromJsonAsync<JsonElement>("api/failed_jobs", Token);
        return page.GetProperty("data").EnumerateArray().Select(job => (JsonElement?)job).SingleOrDefault();
    }

    private static async Task<List<string>> EventsAsync(BillingApp app, string status)
    {
        var page = await app.Http.GetFromJsonAsync<JsonElement>($"api/webhook_events?status={status}", Token);
        return [.. page.GetProperty("data").EnumerateArray().Select(one => one.GetProperty("id").GetString()!)];
    }
}
