using Azure.Data.Tables;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Tests.Fixtures;
using BillingFunctions.Webhooks.Applying;
using BillingFunctions.Webhooks.Inbox;

namespace BillingFunctions.Tests.Platform.FailedJobs;

public sealed class PoisonMessagesTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private FailedJobStore _failedJobs = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var tables = new TableServiceClient(azurite.NewAccount());
        await tables.CreateTableIfNotExistsAsync(FailedJobStore.Table, Token);
        _failedJobs = new FailedJobStore(tables, TimeProvider.System);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Theory]
    [InlineData("")]
    [InlineData("not JSON")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("{}")]
    [InlineData("""{ "Month": null, "CustomerId": "c" }""")]
    [InlineData("""{ "Month": "2026-13", "CustomerId": "c" }""")]
    [InlineData("""{ "Month": "2026-03", "CustomerId": "" }""")]
    public async Task ReadAsync_NotALookup_IsAFailedJobOnce(string text)
    {
        Assert.Null(await ReadAsync(text));
        Assert.Null(await ReadAsync(text));

        var job = Assert.Single(await _failedJobs.ListAsync(InvoiceLookup.Queue, null, 10, Token));
        Assert.Equal((text, InvoiceLookup.Queue, 5), (job.Payload, job.Queue, job.Attempts));
        Assert.NotEmpty(job.Error);
    }

    [Theory]
    [InlineData("""{ "Events": null }""")]
    [InlineData("""{ "Events": [null] }""")]
    [InlineData("""{ "Events": [{}] }""")]
    [InlineData("""{ "Events": [{ "Key": { "Id": "a/b", "Created": 1 } }] }""")]
    public async Task GiveUp_NotEvents_IsAFailedJob(string text)
    {
        var giveUp = new StripeEventsPoisonQueueFunction(null!, _failedJobs, new PoisonMessages(_failedJobs));

        await giveUp.RunAsync(text, Token);

        Assert.Single(await _failedJobs.ListAsync(StripeEventBatch.Queue, null, 10, Token));
    }

    [Fact]
    public async Task ReadAsync_ALookup_IsRead()
    {
        Assert.Equal(new InvoiceLookup("2026-03", "c", 2), await ReadAsync("""{ "Month": "2026-03", "CustomerId": "c", "Attempts": 2 }"""));
        Assert.Empty(await _failedJobs.ListAsync(null, null, 10, Token));
    }

    private Task<InvoiceLookup?> ReadAsync(string text) => new PoisonMessages(_failedJobs).ReadAsync<InvoiceLookup>(
        InvoiceLookup.Queue, text, lookup => MonthlyInvoiceStore.IsKey(lookup.Month, lookup.CustomerId), Token);
}
