using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using BillingFunctions.Simulators.Limits;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Simulators.Stripe.Customers;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Processes;

namespace BillingFunctions.Benchmarks.Exports;

/// <summary>How much of its limit an export uses, whether it is ever turned away, and how much memory the app takes.</summary>
internal static class ExportBenchmark
{
    public static async Task<int> RunAsync(string[] options)
    {
        var customers = options.Length > 0 ? int.Parse(options[0], CultureInfo.InvariantCulture) : 100_000;
        var latency = options.Length > 1 ? int.Parse(options[1], CultureInfo.InvariantCulture) : 100;
        var calls = options.Length > 2 ? int.Parse(options[2], CultureInfo.InvariantCulture) : 20;
        await using var storage = await StorageEmulator.StartAsync(inMemory: false);
        await ExportAsync(storage.NewAccount(), customers, TimeSpan.FromMilliseconds(latency), calls);
        return 0;
    }

    private static async Task ExportAsync(string storage, int customers, TimeSpan latency, int calls)
    {
        var limit = new RateLimit(calls, TimeSpan.FromSeconds(1));
        await using var stripe = await StripeSimulator.StartAsync(
            new StripeSimulatorOptions { Customers = new CustomerSeedOptions { Count = customers }, AccountLimit = limit, EndpointLimit = limit },
            CancellationToken.None);
        stripe.Faults.Latency = latency;
        await using var app = await BillingApp.StartAsync(
            storage, stripe, ("Stripe__RateLimit", $"{calls}/1"), ("Stripe__EndpointRateLimit", $"{calls}/1"));
        var exports = new ExportsDriver(app);
        var (run, peak) = await WatchAsync(app, exports, await exports.StartAsync(new { target_directory = "exports" }));
        using var host = Process.GetProcessById(app.Host.Id);
        Console.WriteLine($"export: {run.GetProperty("status")}, {run.GetProperty("rows")} rows at {run.GetProperty("rows_per_second")} a second");
        Console.WriteLine($"        {stripe.Calls.UseOf(limit):P1} of the limit used, {stripe.Calls.Total} calls, at most {stripe.Calls.MostInAnyWindow(limit.Per)} in any second");
        Console.WriteLine($"        {stripe.Calls.RateLimited.Values.Sum()} answers 429; the worker's memory: {string.Join(", ", peak.Select(bytes => $"{bytes >> 20}"))} MiB, tenth by tenth; the host's in the end: {host.WorkingSet64 >> 20} MiB");
    }

    /// <summary>The ended run, and the most memory the app took in each tenth of it.</summary>
    private static async Task<(JsonElement Run, long[] Memory)> WatchAsync(BillingApp app, ExportsDriver exports, string id)
    {
        using var process = Process.GetProcessById(app.Host.WorkerId!.Value);
        var memory = new long[10];
        var ended = await Poll.UntilAsync(
            async () =>
            {
                var run = await exports.GetAsync(id);
                process.Refresh();
                var tenth = Math.Min(9, (int)(run.GetProperty("percent").GetDouble() / 10));
                memory[tenth] = Math.Max(memory[tenth], process.WorkingSet64);
                return run;
            },
            ExportsDriver.IsOver,
            timeout: TimeSpan.MaxValue,
            every: TimeSpan.FromMilliseconds(250));
        return (ended, memory);
    }
}
