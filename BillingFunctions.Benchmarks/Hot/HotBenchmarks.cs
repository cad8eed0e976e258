using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Exporters.Json;
using BenchmarkDotNet.Filters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Parameters;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using BillingFunctions.Benchmarks.Reports;

namespace BillingFunctions.Benchmarks.Hot;

/// <summary>Time and allocations of pure parts, by BenchmarkDotNet in this process. Its own report, with the spread of the times, is in the same folder.</summary>
internal static class HotBenchmarks
{
    private static readonly Type[] Parts =
    [
        typeof(WebhookParts), typeof(SubscriptionParts), typeof(InvoiceParts), typeof(ExportParts), typeof(UploadParts), typeof(LimiterParts), typeof(UsageParts),
    ];

    /// <param name="figures">Takes the figures.</param>
    /// <param name="options">A part of the names to run, such as <c>Limiter</c> or <c>Fold</c>; all when there is none.</param>
    /// <returns>1 when nothing has that name, or something could not be run.</returns>
    public static Task<int> RunAsync(FigureReport figures, string[] options)
    {
        var summaries = BenchmarkRunner.Run(Parts, Config([.. options.Select(part => $"*{part}*")]));
        var reports = summaries.SelectMany(summary => summary.Reports).ToList();
        foreach (var report in reports.Where(report => report.Success))
        {
            Add(figures, report);
        }

        return Task.FromResult(reports.Count > 0 && reports.TrueForAll(report => report.Success) ? 0 : 1);
    }

    private static ManualConfig Config(string[] globs)
    {
        var config = ManualConfig.CreateEmpty()
            .AddJob(Job.ShortRun.WithToolchain(InProcessEmitToolchain.Instance))
            .AddDiagnoser(MemoryDiagnoser.Default)
            .AddExporter(JsonExporter.Full)
            .AddColumnProvider(DefaultColumnProviders.Instance)
            .AddLogger(ConsoleLogger.Default)
            .WithArtifactsPath(Path.GetFullPath(FigureFile.Folder))
            .WithOptions(ConfigOptions.JoinSummary);
        return globs.Length == 0 ? config : config.AddFilter(new GlobFilter(globs));
    }

    private static void Add(FigureReport figures, BenchmarkReport report)
    {
        var benchmark = report.BenchmarkCase;
        var name = string.Join(", ", benchmark.Parameters.Items.Select(NameOf).Prepend(benchmark.Descriptor.WorkloadMethodDisplayInfo.Trim('\'')));
        figures.Add($"{name}, time", report.ResultStatistics!.Mean, "ns");
        figures.Add($"{name}, allocated", report.GcStats.GetBytesAllocatedPerOperation(benchmark) ?? double.NaN, "bytes");
    }

    /// <summary>Such as <c>10 events</c>; of a text the text alone.</summary>
    private static string NameOf(ParameterInstance parameter) => parameter.Value as string ?? $"{parameter.Value} {parameter.Name.ToLowerInvariant()}";
}
