using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using BillingFunctions.Benchmarks.Storage;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Simulators.Stripe.Load;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Faults;
using BillingFunctions.Testing.Load;
using BillingFunctions.Testing.Processes;

namespace BillingFunctions.Benchmarks.Webhooks;

/// <summary>How many signed events a second are accepted and applied, how long an answer takes, and what an event costs in calls to storage.</summary>
internal static class WebhookBenchmark
{
    private const int WarmUpCustomers = 500;

    /// <param name="options">Customers of four events each, senders, and subscriptions stored before.</param>
    public static async Task<int> RunAsync(string[] options)
    {
        var customers = Number(options, 0, 2_500);
        var senders = Number(options, 1, 64);
        await using var emulator = await StorageEmulator.StartAsync();
        await using var stripe = await StripeSimulator.StartAsync(new StripeSimulatorOptions(), CancellationToken.None);
        var storage = emulator.NewAccount();
        await CountCallsAsync(emulator, storage, stripe, senders);
        await using var app = await StartAsync(storage, stripe);
        await SendAsync(app, Events(WarmUpCustomers, year: 57), senders);
        var stored = Number(options, 2, 0);
        await StoredSubscriptions.WriteAsync(storage, stored);
        if (stored > 0)
        {
            Console.WriteLine($"stored:   {stored} subscriptions, of which storage updates {await StoredSubscriptions.MeasureUpdatesAsync(storage, stored):F0}/s");
        }

        var raw = await RawStorage.MeasureAsync(storage);
        var wrong = await MeasureAsync(app, Events(customers, year: 56), senders, raw);
        return wrong == 0 ? 0 : 1;
    }

    private static async Task<int> MeasureAsync(BillingApp app, List<LoadEvent> events, int senders, RawStorage raw)
    {
        var bare = await BareAsync(events, senders);
        var load = new WebhookLoad(events);
        var clock = Stopwatch.StartNew();
        var sent = await load.SendAsync(() => app.Http, senders);
        await new WebhooksDriver(app).SettleAsync(replay: false, timeout: TimeSpan.MaxValue);
        var (accepted, applied) = (events.Count / sent.TotalSeconds, events.Count / clock.Elapsed.TotalSeconds);
        Console.WriteLine($"webhooks: {events.Count} events from {senders} senders");
        Console.WriteLine($"          accepted {accepted:F0}/s, applied {applied:F0}/s from the first to the last");
        Console.WriteLine($"          answers within {load.Percentile(50):F0} ms (p50), {load.Percentile(99):F0} ms (p99)");
        Console.WriteLine($"          a bare function in this run: {bare.PerSecond:F0}/s, p50 {bare.P50:F0} ms, p99 {bare.P99:F0} ms; accepted {accepted / bare.PerSecond:F2} of it, p99 {load.Percentile(99) / bare.P99:F2} times its own");
        Console.WriteLine($"          raw storage in this run: {raw.InsertsPerSecond:F0} single inserts/s, {raw.BatchedRowsPerSecond:F0} rows/s in transactions");
        Console.WriteLine($"          accepted {accepted / raw.InsertsPerSecond:F2}, applied {applied / raw.InsertsPerSecond:F2} events for each raw insert");
        var wrong = await CountWrongAsync(app, events);
        Console.WriteLine($"          {wrong} customers with a lost event or one applied twice");
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
    private static async Task CountCallsAsync(StorageEmulator emulator, string storage, StripeSimulator stripe, int senders)
    {
        await using var tables = await HttpProxy.StartAsync(() => new Uri(emulator.TableAddress));
        await using var queues = await HttpProxy.StartAsync(() => new Uri(emulator.QueueAddress));
        var counted = storage
            .Replace(emulator.TableAddress, tables.Address.ToString().TrimEnd('/')).Replace(emulator.QueueAddress, queues.Address.ToString().TrimEnd('/'));
        await using var app = await StartAsync(counted, stripe);
        var events = Events(WarmUpCustomers, year: 58);
        var before = tables.Calls + queues.Calls;
        await SendAsync(app, events, senders);
        Console.WriteLine($"storage:  {(double)(tables.Calls + queues.Calls - before) / events.Count:F2} calls an event, from its arrival to applied");
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
