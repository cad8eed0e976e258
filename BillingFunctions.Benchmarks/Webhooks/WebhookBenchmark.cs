using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using BillingFunctions.Benchmarks.Reports;
using BillingFunctions.Benchmarks.Storage;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Simulators.Stripe.Load;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Load;
using BillingFunctions.Testing.Processes;

namespace BillingFunctions.Benchmarks.Webhooks;

/// <summary>How many signed events a second are accepted and applied, how long an answer takes, and what an event costs in calls to storage.</summary>
internal static class WebhookBenchmark
{
    private const int WarmUpCustomers = 500;

    /// <param name="figures">Takes the figures.</param>
    /// <param name="options">Customers of four events each, senders, and subscriptions stored before.</param>
    public static async Task<int> RunAsync(FigureReport figures, string[] options)
    {
        var customers = Number(options, 0, 2_500);
        var senders = Number(options, 1, 64);
        figures.Note("events", 4 * customers);
        figures.Note("senders", senders);
        await using var emulator = await StorageEmulator.StartAsync();
        await using var stripe = await StripeSimulator.StartAsync(new StripeSimulatorOptions(), CancellationToken.None);
        var storage = emulator.NewAccount();
        await CountCallsAsync(figures, emulator, storage, stripe, senders);
        await using var app = await StartAsync(storage, stripe);
        await SendAsync(app, Events(WarmUpCustomers, year: 57), senders);
        var stored = Number(options, 2, 0);
        await StoredSubscriptions.WriteAsync(storage, stored);
        if (stored > 0)
        {
            figures.Note("stored subscriptions", stored);
            figures.Add("bare updates of stored subscriptions", await StoredSubscriptions.MeasureUpdatesAsync(storage, stored), "rows/s");
        }

        var raw = await RawStorage.MeasureAsync(storage);
        var wrong = await MeasureAsync(figures, app, emulator, Events(customers, year: 56), senders, raw);
        return wrong == 0 ? 0 : 1;
    }

    private static async Task<int> MeasureAsync(FigureReport figures, BillingApp app, StorageEmulator emulator, List<LoadEvent> events, int senders, RawStorage raw)
    {
        var bare = await BareAsync(events, senders);
        var load = new WebhookLoad(events);
        var cpu = new CpuTime(app, emulator);
        var clock = Stopwatch.StartNew();
        var sent = await load.SendAsync(() => app.Http, senders);
        await new WebhooksDriver(app).SettleAsync(replay: false, timeout: TimeSpan.MaxValue);
        var (accepted, applied) = (events.Count / sent.TotalSeconds, events.Count / clock.Elapsed.TotalSeconds);
        figures.Add("bare function", bare.PerSecond, "requests/s");
        raw.AddTo(figures);
        figures.Add(
            "accepted", accepted, "events/s", new Yardstick(bare.PerSecond, "requests/s of the bare function", Bound.AtLeast(0.8)), new Yardstick(raw.InsertsPerSecond, "single inserts/s"));
        figures.Add("applied, from the first to the last", applied, "events/s", new Yardstick(raw.InsertsPerSecond, "single inserts/s", Bound.AtLeast(1)));
        figures.Add("answers within, p50", load.Percentile(50), "ms", new Yardstick(bare.P50, "ms of the bare function"));
        figures.Add("answers within, p99", load.Percentile(99), "ms", Bound.Below(100), new Yardstick(bare.P99, "ms of the bare function", Bound.Below(2)));
        cpu.AddTo(figures, events.Count, "an event");
        var wrong = await CountWrongAsync(app, events);
        figures.Add("customers with a lost event or one applied twice", wrong, "customers", Bound.AtMost(0));
        return wrong;
    }

    /// <summary>What the local host gives a function that reads nothing and answers 200, for the same requests.</summary>
    private static async Task<(double PerSecond, double P50, double P99)> BareAsync(List<LoadEvent> events, int senders)
    {
        await using var sample = await SampleApp.StartAsync();
        await new WebhookLoad(events.Take(events.Count / 5), SampleApp.Hello).SendAsync(() => sample.Http, senders);
        var load = new WebhookLoad(events, SampleApp.Hello);
        var took = await load.SendAsync(() => sample.Http, senders);
        return (events.Count / took.TotalSeconds, load.Percentile(50), load.Percentile(99));
    }

    /// <summary>How many customers did not come out as their events say: subscription paid by two events, customer as last updated.</summary>
    private static async Task<int> CountWrongAsync(BillingApp app, List<LoadEvent> events)
    {
        var wrong = 0;
        await Parallel.ForEachAsync(events.Where(one => one.Type == "customer.updated"), async (last, token) =>
        {
            var record = await app.Http.GetFromJsonAsync<JsonElement>($"api/subscriptions/{last.SubscriptionId}", token);
            var audit = await app.Http.GetFromJsonAsync<JsonElement>($"api/subscriptions/{last.SubscriptionId}/audit", token);
            var customer = await app.Http.GetFromJsonAsync<JsonElement>($"api/customers/{last.CustomerId}", token);
            if (record.GetProperty("status").GetString() != "paid"
                || audit.GetProperty("data").GetArrayLength() != 2
                || customer.GetProperty("last_event_id").GetString() != last.Id)
            {
                Interlocked.Increment(ref wrong);
            }
        });
        return wrong;
    }

    /// <summary>Sends a tenth of the events through proxies that count, after the app has settled.</summary>
    private static async Task CountCallsAsync(FigureReport figures, StorageEmulator emulator, string storage, StripeSimulator stripe, int senders)
    {
        await using var counted = await CountedStorage.StartAsync(emulator);
        await using var app = await StartAsync(counted.Of(storage), stripe);
        var events = Events(WarmUpCustomers, year: 58);
        var before = counted.Traffic;
        await SendAsync(app, events, senders);
        var traffic = counted.Traffic.Since(before);
        figures.Add("storage, from arrival to applied", (double)traffic.Calls / events.Count, "calls an event");
        figures.Add("storage, bodies from arrival to applied", (double)traffic.Bytes / events.Count, "bytes an event");
    }

    private static async Task SendAsync(BillingApp app, List<LoadEvent> events, int senders)
    {
        await new WebhookLoad(events).SendAsync(() => app.Http, senders);
        await new WebhooksDriver(app).SettleAsync(replay: false, timeout: TimeSpan.MaxValue);
    }

    private static Task<BillingApp> StartAsync(string storage, StripeSimulator stripe) => BillingApp.StartAsync(storage, stripe, ("Stripe__WebhookSecrets", WebhookRequestBuilder.Secret));

    private static List<LoadEvent> Events(int customers, int year) => [.. EventLoad.Generate(customers, DateTimeOffset.UnixEpoch.AddYears(year), seed: year)];

    private static int Number(string[] options, int index, int otherwise) =>
        options.Length > index ? int.Parse(options[index], CultureInfo.InvariantCulture) : otherwise;
}
