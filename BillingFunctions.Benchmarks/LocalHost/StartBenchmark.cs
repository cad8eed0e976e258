using System.Diagnostics;
using BillingFunctions.Benchmarks.Reports;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Testing.Processes;

namespace BillingFunctions.Benchmarks.LocalHost;

/// <summary>How long the app takes from its start to its first 200, and how much memory host and worker have then.</summary>
internal static class StartBenchmark
{
    private const int Starts = 5;

    private static readonly Bound Goal = Bound.Below(5);

    public static async Task<int> RunAsync(FigureReport figures, string[] options)
    {
        await using var storage = await StorageEmulator.StartAsync();
        await using var stripe = await StripeSimulator.StartAsync(new StripeSimulatorOptions(), CancellationToken.None);
        for (var start = 1; start <= Starts; start++)
        {
            var clock = Stopwatch.StartNew();
            await using var app = await BillingApp.StartAsync(storage.NewAccount(), stripe);
            (await app.Http.GetAsync("api/health")).EnsureSuccessStatusCode();
            figures.Add($"start {start}, to the first 200", clock.Elapsed.TotalSeconds, "s", Goal);
            figures.Add($"start {start}, memory of the host", MiB(app.Host.Id), "MiB");
            figures.Add($"start {start}, memory of the worker", MiB(app.Host.WorkerId!.Value), "MiB");
        }

        return 0;
    }

    private static long MiB(int id)
    {
        using var process = Process.GetProcessById(id);
        return process.WorkingSet64 >> 20;
    }
}
