using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using BillingFunctions.Local.Hosting;
using BillingFunctions.Simulators.Stripe;

namespace BillingFunctions.Benchmarks;

/// <summary>How many signed events a second are accepted and applied, and how long an answer takes.</summary>
internal static class WebhookBenchmark
{
    private const string Secret = "whsec_benchmark";

    public static async Task<int> RunAsync(string[] options)
    {
        var customers = options.Length > 0 ? int.Parse(options[0], CultureInfo.InvariantCulture) : 2_500;
        var senders = options.Length > 1 ? int.Parse(options[1], CultureInfo.InvariantCulture) : 64;
        var directory = Directory.CreateTempSubdirectory("billing-benchmark-").FullName;
        await using (var azurite = await Azurite.StartAsync(new AzuriteOptions(directory), CancellationToken.None))
        await using (var stripe = await StripeSimulator.StartAsync(new StripeSimulatorOptions(), CancellationToken.None))
        await using (var app = await BillingApp.StartAsync(azurite.ConnectionString(AzuriteOptions.DevelopmentAccount.Key), stripe, ("Stripe__WebhookSecrets", Secret)))
        {
            await WarmUpAsync(app);
            await MeasureAsync(app, customers, senders);
        }

        Directory.Delete(directory, recursive: true);
        return 0;
    }

    private static async Task WarmUpAsync(BillingApp app)
    {
        await new WebhookLoad(EventLoad.Generate(50, DateTimeOffset.UnixEpoch.AddYears(55), seed: 99), Secret).SendAsync(() => app.Http, 8);
        await AppliedAsync(app);
    }

    private static async Task MeasureAsync(BillingApp app, int customers, int senders)
    {
        var events = EventLoad.Generate(customers, DateTimeOffset.UnixEpoch.AddYears(56)).ToList();
        var load = new WebhookLoad(events, Secret);
        var clock = Stopwatch.StartNew();
        var sent = await load.SendAsync(() => app.Http, senders);
        await AppliedAsync(app);
        Console.WriteLine($"webhooks: {events.Count} events from {senders} senders");
        Console.WriteLine($"          accepted {events.Count / sent.TotalSeconds:F0}/s, applied {events.Count / clock.Elapsed.TotalSeconds:F0}/s from the first to the last");
        Console.WriteLine($"          answers within {load.Percentile(50):F0} ms (p50), {load.Percentile(99):F0} ms (p99)");
    }

    /// <summary>Waits until no event is left to apply.</summary>
    private static async Task AppliedAsync(BillingApp app)
    {
        while ((await app.Http.GetFromJsonAsync<JsonElement>("api/webhook_events?status=received&limit=1")).GetProperty("data").GetArrayLength() > 0)
        {
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
    }
}
