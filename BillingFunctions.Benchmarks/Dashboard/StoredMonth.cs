using System.Globalization;
using Azure.Data.Tables;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Invoicing.Report;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Runs;

namespace BillingFunctions.Benchmarks.Dashboard;

/// <summary>Stores a month that has been invoiced, and failed jobs, as the app would have.</summary>
internal static class StoredMonth
{
    private const int PerTransaction = 100;

    private static readonly ParallelOptions Parallelism = new() { MaxDegreeOfParallelism = 16 };

    public static async Task SaveInvoicesAsync(TableServiceClient tables, string month, int count)
    {
        var now = TimeProvider.System.GetUtcNow();
        var table = tables.GetTableClient(MonthlyInvoiceStore.Table);
        var rows = Enumerable.Range(0, count).Select(number => MonthlyInvoiceRow.From(Invoice(month, number, now)));
        await Parallel.ForEachAsync(
            rows.GroupBy(row => row.PartitionKey).SelectMany(partition => partition.Chunk(PerTransaction)),
            Parallelism,
            async (chunk, token) => await table.SubmitTransactionAsync(chunk.Select(row => new TableTransactionAction(TableTransactionActionType.Add, row)), token));

        var runs = new InvoicingRuns(tables, TimeProvider.System);
        var run = new InvoicingRun
        {
            Id = RunId.New<InvoicingRun>(now),
            Month = month,
            RequestedBy = "benchmark",
            StartedAt = now,
            FinishedAt = now,
            Status = InvoicingRunStatus.Completed,
            Customers = count,
            Added = count,
        };
        await runs.TryClaimAsync(run, latestId: null, CancellationToken.None);
        var tally = new InvoiceTally();
        tally.Add(Enumerable.Range(0, count).Select(number => Invoice(month, number, now)));
        await runs.SaveSummaryAsync(month, InvoicingSummary.From(tally.Sum(), now), CancellationToken.None);
    }

    public static Task SaveFailedJobsAsync(FailedJobStore store, string queue, int count) => Parallel.ForAsync(0, count, Parallelism, async (number, token) =>
        await store.AddAsync(queue, Id(number), $"message {number}", "The amount API answers 500.", attempts: 6, token));

    /// <summary>One of a hundred has failed.</summary>
    private static MonthlyInvoice Invoice(string month, int number, DateTimeOffset now) => new()
    {
        Month = month,
        CustomerId = Id(number),
        Status = number % 100 == 0 ? InvoiceStatus.EmailFailed : InvoiceStatus.Sent,
        Email = $"{Id(number)}@example.com",
        Name = $"Customer {number}",
        Amount = new Money(1_250, number % 10 == 0 ? "jpy" : "usd"),
        SentAt = now,
        CreatedAt = now,
        UpdatedAt = now,
    };

    /// <summary>The id of a customer.</summary>
    public static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"c-{number:D8}");
}
