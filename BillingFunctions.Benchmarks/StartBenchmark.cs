using System.Diagnostics;
using BillingFunctions.LocalHost.Services;
using BillingFunctions.Simulators.Stripe;

namespace BillingFunctions.Benchmarks;

/// <summary>How long the app takes from its start to its first 200, and how much memory host and worker have then.</summary>
internal static class StartBenchmark
{
    private const int Starts = 5;

    public static async Task<int> RunAsync()
    {
        var directory = Directory.CreateTempSubdirectory("billing-benchmark-").FullName;
        await using (var azurite = await Azurite.StartAsync(new AzuriteOptions(directory) { InMemory = true }, CancellationToken.None))
        await using (var stripe = await StripeSimulator.StartAsync(new StripeSimulatorOptions(), CancellationToken.None))
        {
            for (var start = 1; start <= Starts; start++)
            {
                var clock = Stopwatch.StartNew();
                await using var app = await BillingApp.StartAsync(azurite.ConnectionString(AzuriteOptions.DevelopmentAccount.Key), stripe);
                (await app.Http.GetAsync("api/health")).EnsureSuccessStatusCode();
                Console.WriteLine($"start {start}: {clock.Elapsed.TotalSeconds:F1} s to the first 200; host {MiB(app.Host.Id)} MiB, worker {MiB(app.Host.WorkerId!.Value)} MiB");
            }
        }

        Directory.Delete(directory, recursive: true);
        return 0;
    }

    private static long MiB(int id)
    {
        using var process = Process.GetProcessById(id);
        return process.WorkingSet64 >> 20;
    }
}
