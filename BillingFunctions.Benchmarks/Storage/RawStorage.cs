using System.Diagnostics;
using System.Globalization;
using Azure.Data.Tables;
using BillingFunctions.Benchmarks.Reports;

namespace BillingFunctions.Benchmarks.Storage;

/// <summary>What the storage account gives when nothing else is done: the measure of everything built on it.</summary>
/// <param name="InsertsPerSecond">Rows a second, inserted one by one, 16 at once, each into a partition of its own.</param>
/// <param name="BatchedRowsPerSecond">Rows a second, inserted in transactions of 50.</param>
internal sealed record RawStorage(double InsertsPerSecond, double BatchedRowsPerSecond)
{
    private const int Parallelism = 16;
    private const int Inserts = 3_000;
    private const int Batches = 100;
    private const int BatchSize = 50;

    public static async Task<RawStorage> MeasureAsync(string storage)
    {
        var table = new TableClient(storage, "RawStorage");
        await table.CreateIfNotExistsAsync();
        await InsertAsync(table, "warm", Inserts / 3);
        return new RawStorage(await InsertAsync(table, "one", Inserts), await InsertBatchesAsync(table));
    }

    public void AddTo(FigureReport figures)
    {
        figures.Add("raw storage, single inserts", InsertsPerSecond, "inserts/s");
        figures.Add("raw storage, in transactions", BatchedRowsPerSecond, "rows/s");
    }

    private static async Task<double> InsertAsync(TableClient table, string prefix, int count)
    {
        var clock = Stopwatch.StartNew();
        await Parallel.ForAsync(0, count, new ParallelOptions { MaxDegreeOfParallelism = Parallelism }, async (number, token) =>
            await table.AddEntityAsync(Row(string.Create(CultureInfo.InvariantCulture, $"{prefix}{number}"), 0), token));
        return count / clock.Elapsed.TotalSeconds;
    }

    private static async Task<double> InsertBatchesAsync(TableClient table)
    {
        var clock = Stopwatch.StartNew();
        await Parallel.ForAsync(0, Batches, new ParallelOptions { MaxDegreeOfParallelism = Parallelism }, async (number, token) =>
            await table.SubmitTransactionAsync(
                Enumerable.Range(0, BatchSize).Select(row => new TableTransactionAction(
                    TableTransactionActionType.Add, Row(string.Create(CultureInfo.InvariantCulture, $"batch{number}"), row))),
                token));
        return Batches * BatchSize / clock.Elapsed.TotalSeconds;
    }

    private static TableEntity Row(string partition, int row) => new(partition, row.ToString("d3", CultureInfo.InvariantCulture))
    {
        ["Status"] = "received",
        ["ReceivedAt"] = DateTimeOffset.UnixEpoch,
        ["Payload"] = new byte[500],
    };
}
