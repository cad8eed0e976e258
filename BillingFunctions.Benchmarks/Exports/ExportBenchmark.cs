using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using BillingFunctions.Benchmarks.Reports;
using BillingFunctions.Simulators.Limits;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Simulators.Stripe.Customers;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Processes;

namespace BillingFunctions.Benchmarks.Exports;

/// <summary>How much of its limit an export uses, whether it is ever turned away, and how much memory the app takes.</summary>
internal static class ExportBenchmark
{
    public static async Task<int> RunAsync(FigureReport figures, string[] options)
    {
        var customers = options.Length > 0 ? int.Parse(options[0], CultureInfo.InvariantCulture) : 100_000;
        var latency = options.Length > 1 ? int.Parse(options[1], CultureInfo.InvariantCulture) : 100;
        var calls = options.Length > 2 ? int.Parse(options[2], CultureInfo.InvariantCulture) : 20;
        await using var storage = await StorageEmulator.StartAsync(inMemory: false);
        figures.Note("customers", customers);
        figures.Note("limit, calls a second", calls);
        figures.Note("latency, ms", latency);
        return await ExportAsync(figures, storage, customers, TimeSpan.FromMilliseconds(latency), calls);
    }

    private static async Task<int> ExportAsync(FigureReport figures, StorageEmulator emulator, int customers, TimeSpan latency, int calls)
    {
        var limit = new RateLimit(calls, TimeSpan.FromSeconds(1));
        await using var stripe = await StripeSimulator.StartAsync(
            new StripeSimulatorOptions { Customers = new CustomerSeedOptions { Count = customers }, AccountLimit = limit, EndpointLimit = limit },
            CancellationToken.None);
        stripe.Faults.Latency = latency;
        await using var app = await BillingApp.StartAsync(
            emulator.NewAccount(), stripe, ("Stripe__RateLimit", $"{calls}/1"), ("Stripe__EndpointRateLimit", $"{calls}/1"));
        var exports = new ExportsDriver(app);
        var cpu = new CpuTime(app, emulator);
        var (run, peak) = await WatchAsync(app, exports, await exports.StartAsync(new { target_directory = "exports" }));
        using var host = Process.GetProcessById(app.Host.Id);
        var status = run.GetProperty("status").GetString()!;
        figures.Note("status", status);
        figures.Add("rows", run.GetProperty("rows").GetInt64(), "rows");
        figures.Add("rate", run.GetProperty("rows_per_second").GetDouble(), "rows/s");
        figures.Add("share of the limit", stripe.Calls.UseOf(limit), "", Bound.AtLeast(0.95));
        figures.Add("calls", stripe.Calls.Total, "calls");
        figures.Add("most calls in any second", stripe.Calls.MostInAnyWindow(limit.Per), "calls", Bound.AtMost(calls));
        figures.Add("answers 429", stripe.Calls.RateLimited.Values.Sum(), "answers", Bound.AtMost(0));
        foreach (var (tenth, bytes) in peak.Index().Where(one => one.Item > 0))
        {
            figures.Add($"memory of the worker, most in tenth {tenth + 1}", bytes >> 20, "MiB", Bound.Below(250));
        }

        cpu.AddTo(figures, stripe.Calls.Total, "a page");
        figures.Add("memory of the host in the end", host.WorkingSet64 >> 20, "MiB");
        return status == "completed" ? 0 : 1;
    }

    /// <summary>The ended run, and the most memory that the app was seen to take in each tenth of it; 0 for a tenth that passed unseen.</summary>
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
