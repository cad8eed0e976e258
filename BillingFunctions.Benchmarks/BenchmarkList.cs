using BillingFunctions.Benchmarks.Connectors;
using BillingFunctions.Benchmarks.CustomerUploads;
using BillingFunctions.Benchmarks.Dashboard;
using BillingFunctions.Benchmarks.Exports;
using BillingFunctions.Benchmarks.Hot;
using BillingFunctions.Benchmarks.Invoicing;
using BillingFunctions.Benchmarks.LocalHost;
using BillingFunctions.Benchmarks.RateLimiting;
using BillingFunctions.Benchmarks.Reports;
using BillingFunctions.Benchmarks.UsageBilling;
using BillingFunctions.Benchmarks.Webhooks;

namespace BillingFunctions.Benchmarks;

/// <summary>The benchmarks by name. Each adds its figures to the report and answers with the exit code: 0 when everything came out right.</summary>
internal static class BenchmarkList
{
    public const string All = "all";

    private static readonly Dictionary<string, Func<FigureReport, string[], Task<int>>> ByName = new(StringComparer.Ordinal)
    {
        ["start"] = StartBenchmark.RunAsync,
        ["activities"] = ActivityBenchmark.RunAsync,
        ["limiter"] = LimiterBenchmark.RunAsync,
        ["webhooks"] = WebhookBenchmark.RunAsync,
        ["webhook-crash"] = WebhookCrashBenchmark.RunAsync,
        ["export"] = ExportBenchmark.RunAsync,
        ["crash"] = CrashBenchmark.RunAsync,
        ["ingest"] = IngestBenchmark.RunAsync,
        ["usage"] = UsageBenchmark.RunAsync,
        ["invoicing"] = InvoicingBenchmark.RunAsync,
        ["customers"] = CustomerSyncBenchmark.RunAsync,
        ["dashboard"] = DashboardBenchmark.RunAsync,
        ["hot"] = HotBenchmarks.RunAsync,
    };

    /// <summary>What <c>all</c> runs, in sizes that take about a quarter of an hour together on a quiet machine.</summary>
    private static readonly string[][] Moderate =
    [
        ["start"],
        ["activities", "300"],
        ["limiter"],
        ["webhooks", "1000", "64"],
        ["export", "20000"],
        ["ingest", "50000"],
        ["usage", "20000", "2000"],
        ["invoicing", "1000"],
    ];

    public static bool Has(string name) => name == All || ByName.ContainsKey(name);

    /// <summary>Runs a benchmark, or all; writes their figures as a table and as JSON.</summary>
    /// <param name="name">One that <see cref="Has"/> knows.</param>
    /// <param name="options">Its options; none of <c>all</c>.</param>
    /// <param name="json">The file to write; null for one named as the benchmark.</param>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunAsync(string name, string[] options, string? json)
    {
        var startedAt = TimeProvider.System.GetUtcNow();
        var (reports, failed) = (new List<FigureReport>(), 0);
        foreach (var words in name == All ? Moderate : [[name, .. options]])
        {
            var report = new FigureReport(words[0]);
            reports.Add(report);
            failed += await RunAsync(report, words[1..]);
        }

        var path = json ?? Path.Combine(FigureFile.Folder, $"{name}.json");
        await FigureFile.WriteAsync(path, startedAt, reports);
        FigureTable.Write(reports);
        Console.WriteLine($"The figures are in {path}.");
        return failed == 0 ? 0 : 1;
    }

    /// <summary>One that fails keeps neither the others from running nor its own figures from being written.</summary>
    private static async Task<int> RunAsync(FigureReport report, string[] options)
    {
        try
        {
            var code = await ByName[report.Benchmark](report, options);
            report.Note("outcome", code == 0 ? "right" : "wrong");
            return code;
        }
        catch (Exception failure)
        {
            Console.Error.WriteLine(failure);
            report.Note("outcome", $"failed: {failure.Message}");
            return 1;
        }
    }
}
