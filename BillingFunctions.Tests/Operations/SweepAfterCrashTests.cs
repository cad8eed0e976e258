using Azure.Data.Tables;
using Azure.Storage.Blobs;
using Azure.Storage.Queues;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform;
using BillingFunctions.Simulators.Amounts;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Fixtures;
using BillingFunctions.Webhooks.Inbox;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Operations;

/// <summary>What a process left behind that was killed three minutes ago: rows whose messages the queue hides.</summary>
public sealed class SweepAfterCrashTests(AzuriteFixture azurite)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Sweep_AfterACrash_GoesOnWithinAMinuteThoughTheQueueHidesTheMessages()
    {
        var (storage, now) = (azurite.NewAccount(), TimeProvider.System.GetUtcNow());
        await using var stripe = await StripeFake.StartAsync();
        await using var amounts = await AmountSimulator.StartAsync(new AmountSimulatorOptions { ZeroRate = 1 }, Token);
        await using var app = await BillingApp.StartAsync(storage, stripe, ("Amounts__BaseUrl", amounts.BaseUrl));
        var past = new FakeTimeProvider(now.AddMinutes(-3));
        var tables = new TableServiceClient(storage);
        var inbox = new InboxStore(tables, new BlobServiceClient(storage), past);
        var queues = new QueueServiceClient(storage, new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 });
        var invoices = InvoiceStore.Create(tables, queues, past);
        var month = BillingMonth.From(now).Previous.ToString();
        var received = StripeEventBuilder.Received("evt_1", "customer.created", past.GetUtcNow().ToUnixTimeSeconds(), new { id = "cus_1", email = "a@example.com" });
        await inbox.InsertAsync([received], Token);
        await invoices.TryWriteAsync([new MonthlyInvoice { Month = month, CustomerId = "cus_1", QueuedAt = past.GetUtcNow() }], Token);

        // Messages that somebody holds who has died.
        await queues.GetQueueClient(InvoiceLookup.Queue).SendMessageAsync("{}", visibilityTimeout: TimeSpan.FromMinutes(10), cancellationToken: Token);

        await Poll.UntilAsync(async () => (await inbox.FindAsync(received.Key, Token))!.Status, status => status == EventStatus.Applied, TimeSpan.FromSeconds(90));
        await Poll.UntilAsync(async () => (await invoices.FindAsync(month, "cus_1", Token))!.Status, status => status == InvoiceStatus.NoCharge, TimeSpan.FromSeconds(30));
        Assert.Equal(1, amounts.CallsFor("cus_1"));
    }
}
