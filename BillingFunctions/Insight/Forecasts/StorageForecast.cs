using BillingFunctions.Invoicing.Forecasts;
using BillingFunctions.Platform;
using BillingFunctions.UsageBilling.Sync.Forecasts;

namespace BillingFunctions.Insight.Forecasts;

/// <summary>What a month of a load costs in operations of the storage account. Rows, files, and what the app costs when nothing happens are not in it.</summary>
/// <param name="TransactionsPerMonth">How many operations, on tables and queues together.</param>
/// <param name="EstimatedCost">What they cost by the prices of <c>docs/cost.md</c>, which are to be checked there.</param>
/// <param name="By">The same by what it is for.</param>
public sealed record StorageForecast(long TransactionsPerMonth, Money EstimatedCost, IReadOnlyList<StorageWork> By)
{
    private static readonly TimeSpan Month = TimeSpan.FromDays(30);

    internal static StorageForecast From(SyncCourse? usage, SyncLoad? load, RunCourse? run, PlannedRun? planned)
    {
        var by = new List<StorageWork>();
        if (usage is not null && load is not null)
        {
            var months = Month / load.Duration;
            by.Add(StorageWork.Of("items", load.ItemsPerMinute * Month.TotalMinutes, StoragePrices.Item));
            by.Add(StorageWork.Of("turns", usage.Turns * months, StoragePrices.Turn));
            by.Add(StorageWork.Of("looks", usage.Looks * months, StoragePrices.Look));
        }

        if (run is not null && planned is not null)
        {
            by.Add(StorageWork.Of("invoices", planned.Load.Customers, StoragePrices.Invoice));
            by.Add(StorageWork.Of("retries", run.Lookups - planned.Load.Customers, StoragePrices.Retry));
        }

        return new StorageForecast(
            by.Sum(work => work.Transactions), StoragePrices.CostOf(by.Sum(work => (double)work.TableOperations), by.Sum(work => (double)work.QueueOperations)), [.. by.Where(work => work.Transactions > 0)]);
    }
}

/// <summary>What one kind of work costs in a month.</summary>
/// <param name="Name">What it is: <c>items</c> taken in, <c>turns</c> of organizations whose items are sent, <c>looks</c> at organizations that are not ready, <c>invoices</c> of a month's run, <c>retries</c> of lookups.</param>
/// <param name="Count">How often it is done.</param>
/// <param name="TableOperations">Operations on tables.</param>
/// <param name="QueueOperations">Operations on queues.</param>
/// <param name="Transactions">Both together.</param>
/// <param name="Cost">What they cost.</param>
public sealed record StorageWork(string Name, long Count, long TableOperations, long QueueOperations, long Transactions, Money Cost)
{
    internal static StorageWork Of(string name, double count, Operations each)
    {
        var (number, tables, queues) = ((long)Math.Max(0, Math.Round(count)), (long)Math.Max(0, Math.Round(count * each.Table)), (long)Math.Max(0, Math.Round(count * each.Queue)));
        return new StorageWork(name, number, tables, queues, tables + queues, StoragePrices.CostOf(tables, queues));
    }
}
