using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Azure.Data.Tables;
using BillingFunctions.Customers.Invoices;
using BillingFunctions.Simulators.Stripe.Load;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Testing.Processes;
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
        await using var stripe = await StripeFake.StartAsync();
        await using var app = await BillingApp.StartAsync(storage, stripe, [("Stripe__WebhookSecrets", WebhookRequestBuilder.Secret), .. BillingApp.ImpatientQueues]);
        var webhooks = new WebhooksDriver(app);
        var invoices = new TableClient(storage, CustomerInvoiceStore.Table);
        await invoices.DeleteAsync(Token);
        var events = EventLoad.Generate(1, DateTimeOffset.UnixEpoch.AddYears(56)).ToList();
        var paid = events.Single(one => one.Type == "invoice.paid");

        foreach (var one in events)
        {
            await webhooks.DeliverAsync(one.Json);
        }

        var job = await Poll.UntilAsync(() => FailedJobAsync(app), found => found is not null, TimeSpan.FromSeconds(90));
        Assert.Contains("TableNotFound", job!.Value.GetProperty("error").GetString());
        Assert.Equal([paid.Id], await webhooks.EventIdsAsync("failed"));
        Assert.Equal(3, (await webhooks.EventIdsAsync("applied")).Count);

        await invoices.CreateAsync(Token);
        using var retried = await app.Http.PostAsync($"api/failed_jobs/{job.Value.GetProperty("id").GetString()}/retry", null, Token);

        Assert.Equal(HttpStatusCode.Accepted, retried.StatusCode);
        await Poll.UntilAsync(() => webhooks.EventIdsAsync("applied"), applied => applied.Count == 4);
        Assert.Null(await FailedJobAsync(app));
        var page = await app.Http.GetFromJsonAsync<JsonElement>($"api/customers/{paid.CustomerId}/invoices", Token);
        Assert.Equal("paid", Assert.Single(page.GetProperty("data").EnumerateArray()).GetProperty("status").GetString());
    }

    [Fact]
    public async Task Event_ThatCannotBeStored_IsAnswered500SoThatStripeSendsItAgain()
    {
        var storage = azurite.NewAccount();
        await using var stripe = await StripeFake.StartAsync();
        await using var app = await BillingApp.StartAsync(storage, stripe, ("Stripe__WebhookSecrets", WebhookRequestBuilder.Secret));
        var webhooks = new WebhooksDriver(app);
        var inbox = new TableClient(storage, InboxStore.Table);
        var payload = StripeEventBuilder.Json("evt_again");
        await inbox.DeleteAsync(Token);

        var refused = await Assert.ThrowsAsync<HttpRequestException>(() => webhooks.DeliverAsync(payload));
        await inbox.CreateAsync(Token);
        await webhooks.DeliverAsync(payload);

        Assert.Equal(HttpStatusCode.InternalServerError, refused.StatusCode);
        await Poll.UntilAsync(() => webhooks.EventIdsAsync("ignored"), ignored => ignored.Contains("evt_again"));
    }

    private static async Task<JsonElement?> FailedJobAsync(BillingApp app)
    {
        var page = await app.Http.GetFromJsonAsync<JsonElement>("api/failed_jobs", Token);
        return page.GetProperty("data").EnumerateArray().Select(job => (JsonElement?)job).SingleOrDefault();
    }
}
