using Azure.Data.Tables;
using Azure.Storage.Queues;
using BillingFunctions.Operations.Queues;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Telemetry;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Operations;

public sealed class QueueGaugesTests(AzuriteFixture azurite)
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Nobody reads a poison queue whose function is off, and yet its messages grow old.</summary>
    [Fact]
    public async Task SweepAsync_QueuesThatNobodyReads_HaveMessagesAndAnAge()
    {
        var account = azurite.NewAccount();
        var queues = new QueueServiceClient(account);
        foreach (var name in new[] { "full", "full-poison", "empty" })
        {
            await queues.CreateQueueAsync(name, cancellationToken: Token);
        }

        await queues.GetQueueClient("full").SendMessageAsync("one", Token);
        await queues.GetQueueClient("full").SendMessageAsync("two", Token);
        await queues.GetQueueClient("full-poison").SendMessageAsync("three", Token);
        var time = new FakeTimeProvider(TimeProvider.System.GetUtcNow() + TimeSpan.FromHours(2));
        using var messages = new MetricCollector<long>(meterScope: null, BillingMetrics.MeterName, "billing.queue.messages");
        using var ages = new MetricCollector<double>(meterScope: null, BillingMetrics.MeterName, "billing.queue.oldest_age");
        StorageItem[] items = [new(StorageKind.Queue, "full"), new(StorageKind.Queue, "full-poison"), new(StorageKind.Queue, "empty"), new(StorageKind.Queue, "full"), new(StorageKind.Table, "Rows")];

        var tables = new TableServiceClient(account);
        await tables.CreateTableAsync(QueueHistory.Table, Token);
        var history = new QueueHistory(tables, time);

        await new QueueGauges(items, queues, history, time).SweepAsync(Token);

        Assert.Equal([("empty", 0), ("full", 2), ("full-poison", 1)], messages.GetMeasurementSnapshot().Select(one => ((string)one.Tags["queue"]!, one.Value)).OrderBy(one => one.Item1, StringComparer.Ordinal));
        var byQueue = ages.GetMeasurementSnapshot().ToDictionary(one => (string)one.Tags["queue"]!, one => one.Value);
        Assert.Equal(0, byQueue["empty"]);
        Assert.InRange(byQueue["full"], 7_140, 7_260);
        Assert.InRange(byQueue["full-poison"], 7_140, 7_260);
        var kept = Assert.Single(await history.ListAsync(time.GetUtcNow() - TimeSpan.FromHours(1), Token));
        Assert.Equal((0, 2, 1), (kept.Queues["empty"].Waiting, kept.Queues["full"].Waiting, kept.Queues["full-poison"].Waiting));
        Assert.InRange(kept.Queues["full"].OldestAgeSeconds, 7_140, 7_260);
    }
}
