using System.Diagnostics;
using System.Globalization;
using Azure.Data.Tables;
using BillingFunctions.Benchmarks.Reports;
using BillingFunctions.Customers;
using BillingFunctions.Customers.Events;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Processes;

namespace BillingFunctions.Benchmarks.CustomerUploads;

/// <summary>How fast an uploaded file is ingested, next to writing the same rows into a table with nothing around it, and how much memory the app takes.</summary>
internal static class IngestBenchmark
{
    /// <summary>Enough for a rate: rows written raw, and rows ingested again.</summary>
    private const int SampleRows = 100_000;
    private const int RawParallelism = 8;
    private const int PerTransaction = 100;

    public static async Task<int> RunAsync(FigureReport figures, string[] options)
    {
        var rows = options.Length > 0 ? int.Parse(options[0], CultureInfo.InvariantCulture) : 1_000_000;
        using var folder = new TemporaryFolder();
        await using var emulator = await StorageEmulator.StartAsync();
        await using var stripe = await StripeSimulator.StartAsync(new StripeSimulatorOptions(), CancellationToken.None);
        var storage = emulator.NewAccount();
        var raw = await InsertAsync(storage, Math.Min(rows, SampleRows));
        figures.Add($"raw storage, in transactions of {PerTransaction}, {RawParallelism} at once", raw, "rows/s");
        await using var app = await BillingApp.StartAsync(storage, stripe);
        var file = Path.Combine(folder.Path, "customers.csv");
        await WriteFileAsync(file, rows);
        figures.Note("rows", rows);
        figures.Add("file", new FileInfo(file).Length / (double)(1 << 20), "MiB");
        figures.Add("memory of the app before, peak", PeakMemory(app), "MiB");
        await IngestAsync(figures, app, file, dryRun: true, "dry run", raw);
        await IngestAsync(figures, app, file, dryRun: false, "first", raw);
        await WriteFileAsync(file, Math.Min(rows, SampleRows));
        await IngestAsync(figures, app, file, dryRun: false, "again", raw);
        return 0;
    }

    private static async Task IngestAsync(FigureReport figures, BillingApp app, string file, bool dryRun, string name, double raw)
    {
        var uploads = new UploadsDriver(app);
        var clock = Stopwatch.StartNew();
        await using var content = File.OpenRead(file);
        var id = await UploadsDriver.AcceptedAsync(await uploads.SendAsync(new StreamContent(content), dryRun));
        var received = clock.Elapsed;
        var upload = await uploads.EndAsync(id, TimeSpan.MaxValue);
        var rate = upload.GetProperty("rows").GetInt64() / (clock.Elapsed - received).TotalSeconds;
        figures.Note($"{name}, status", UploadsDriver.Status(upload)!);
        figures.Add($"{name}, accepted", upload.GetProperty("accepted").GetInt64(), "rows");
        figures.Add($"{name}, received in", received.TotalSeconds, "s");
        figures.Add($"{name}, rate", rate, "rows/s", new Yardstick(raw, "rows/s in transactions", name == "first" ? Bound.AtLeast(0.7) : null));
        figures.Add($"{name}, memory of the app so far, peak", PeakMemory(app), "MiB");
    }

    /// <summary>Rows a second of the shape that the app writes, with their keys in the same buckets.</summary>
    private static async Task<double> InsertAsync(string storage, int rows)
    {
        var table = new TableServiceClient(storage).GetTableClient("Raw");
        await table.CreateIfNotExistsAsync();
        var transactions = Enumerable.Range(0, rows).GroupBy(number => TableKey.Bucket(Id(number))).SelectMany(bucket => bucket.Chunk(PerTransaction)).ToList();
        var clock = Stopwatch.StartNew();
        await Parallel.ForEachAsync(
            transactions,
            new ParallelOptions { MaxDegreeOfParallelism = RawParallelism },
            async (numbers, token) => await table.SubmitTransactionAsync(numbers.Select(number => new TableTransactionAction(TableTransactionActionType.Add, Row(number))), token));
        return rows / clock.Elapsed.TotalSeconds;
    }

    private static CustomerStore.Entity Row(int number) => CustomerStore.Entity.From(
        new Customer
        {
            Id = Id(number),
            LastEvent = EventVersion.None,
            Name = $"Customer {number}",
            Email = $"customer{number}@example.com",
            Currency = "eur",
            Metadata = new Dictionary<string, string> { ["plan"] = "gold" },
            LastIngestedAt = DateTimeOffset.UnixEpoch,
            LastIngestedBy = "upl_00000000000000000000000000000000",
        },
        DateTimeOffset.UnixEpoch);

    private static Task WriteFileAsync(string path, int rows) =>
        File.WriteAllLinesAsync(path, CustomerCsvBuilder.Lines(Enumerable.Range(0, rows), Id, ("currency", "eur"), ("plan", "gold")));

    private static string Id(int number) => string.Create(CultureInfo.InvariantCulture, $"c-{number:D8}");

    /// <summary>The most it ever took, in MiB.</summary>
    private static long PeakMemory(BillingApp app)
    {
        using var process = Process.GetProcessById(app.Host.WorkerId!.Value);
        return process.PeakWorkingSet64 >> 20;
    }
}
