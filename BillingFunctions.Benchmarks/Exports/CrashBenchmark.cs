using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using BillingFunctions.Benchmarks.Reports;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Simulators.Stripe.Customers;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Processes;

namespace BillingFunctions.Benchmarks.Exports;

/// <summary>Exports that are killed at a random moment: whether each row is in the file once, and how soon the export goes on.</summary>
internal static class CrashBenchmark
{
    private static readonly string[] Victims = ["host", "worker", "both"];
    private static readonly string[] Fields = ["id"];

    public static async Task<int> RunAsync(FigureReport figures, string[] options)
    {
        var customers = options.Length > 0 ? int.Parse(options[0], CultureInfo.InvariantCulture) : 20_000;
        var exports = options.Length > 1 ? int.Parse(options[1], CultureInfo.InvariantCulture) : 10;
        var chance = new Random(Environment.TickCount);
        var wrong = 0;
        await using var storage = await StorageEmulator.StartAsync();
        await using var stripe = await StripeSimulator.StartAsync(
            new StripeSimulatorOptions { Customers = new CustomerSeedOptions { Count = customers } }, CancellationToken.None);
        stripe.Faults.Latency = TimeSpan.FromMilliseconds(100);
        await using var app = await BillingApp.StartAsync(storage.NewAccount(), stripe, ("Stripe__RateLimit", "20/1"), ("Stripe__EndpointRateLimit", "20/1"));
        figures.Note("customers", customers);
        for (var number = 0; number < exports; number++)
        {
            wrong += await ExportAsync(figures, number + 1, app, customers, Victims[number % Victims.Length], chance.NextDouble() * 0.9) ? 0 : 1;
        }

        figures.Add("exports with a row lost or doubled", wrong, "exports", Bound.AtMost(0), new Yardstick(exports, "exports"));
        return wrong == 0 ? 0 : 1;
    }

    /// <returns>Whether each customer is in the file once.</returns>
    private static async Task<bool> ExportAsync(FigureReport figures, int number, BillingApp app, int customers, string victim, double moment)
    {
        var run = await new ExportsDriver(app).StartAsync(new { target_directory = "exports", fields = Fields });
        var rows = await UntilAsync(app, run, status => Rows(status) >= moment * customers);
        var clock = Stopwatch.StartNew();
        await KillAsync(app, victim);
        var up = clock.Elapsed;
        await UntilAsync(app, run, status => Rows(status) > rows || ExportsDriver.IsOver(status));
        var goneOn = clock.Elapsed - up;
        await UntilAsync(app, run, ExportsDriver.IsOver);
        var ids = (await app.Http.GetStringAsync($"api/exports/{run}/file")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Skip(1).ToList();
        var unique = ids.Distinct().Count();
        var name = $"export {number}, {victim} killed";
        figures.Add($"{name} at", rows, "rows");
        figures.Add($"{name}, up again after", up.TotalSeconds, "s");
        figures.Add($"{name}, then going on after", goneOn.TotalSeconds, "s");
        figures.Add($"{name}, in the file", ids.Count, "rows", new Yardstick(customers, "customers"));
        figures.Add($"{name}, in the file, unique", unique, "rows", new Yardstick(customers, "customers"));
        return ids.Count == customers && unique == customers;
    }

    /// <summary>SIGKILL for the host, the worker or both; the app is up again then, or the host is about to start another worker.</summary>
    internal static async Task KillAsync(BillingApp app, string victim)
    {
        if (victim != "host")
        {
            LocalHostProcess.Kill(app.Host.WorkerId!.Value);
        }

        if (victim != "worker")
        {
            await app.KillAsync();
            await app.StartAsync();
        }
    }

    private static long Rows(JsonElement status) => status.GetProperty("rows").GetInt64();

    /// <returns>The rows at that moment.</returns>
    private static async Task<long> UntilAsync(BillingApp app, string run, Func<JsonElement, bool> isIt) => Rows((await Poll.UntilAsync(
        async () =>
        {
            using var response = await app.Http.GetAsync($"api/exports/{run}");
            return response.IsSuccessStatusCode ? await response.Content.ReadFromJsonAsync<JsonElement>() : (JsonElement?)null;
        },
        status => status is { } found && isIt(found),
        timeout: TimeSpan.MaxValue,
        every: TimeSpan.FromMilliseconds(100)))!.Value);
}
