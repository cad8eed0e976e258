using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using BillingFunctions.LocalHost.Services;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Simulators.Stripe.Load;

namespace BillingFunctions.Benchmarks;

/// <summary>How many signed events a second are accepted and applied, how long an answer takes, and what an event costs in calls to storage.</summary>
internal static class WebhookBenchmark
{
    private const string Secret = "whsec_benchmark";
    private const int WarmUpCustomers = 500;

    /// <param name="options">Customers of four events each, senders, subscriptions stored before, and <c>kill</c> to have the app killed in the middle.</param>
    public static async Task<int> RunAsync(string[] options)
    {
        var customers = Number(options, 0, 2_500);
        var senders = Number(options, 1, 64);
        var wrong = 0;
        var directory = Directory.CreateTempSubdirectory("billing-benchmark-").FullName;
        await using (var azurite = await Azurite.StartAsync(new AzuriteOptions(directory) { InMemory = true }, CancellationToken.None))
        await using (var stripe = await StripeSimulator.StartAsync(new StripeSimulatorOptions(), CancellationToken.None))
        {
            var storage = azurite.ConnectionString(AzuriteOptions.DevelopmentAccount.Key);
            await CountCallsAsync(azurite, stripe, senders);
            await using var app = await StartAsync(storage, stripe);
            await SendAsync(app, Events(WarmUpCustomers, year: 57), senders);
            var stored = Number(options, 2, 0);
            await StoredSubscriptions.WriteAsync(storage, stored);
            if (stored > 0)
            {
                Console.WriteLine($"stored:   {stored} subscriptions, of which storage updates {await StoredSubscriptions.MeasureUpdatesAsync(storage, stored):F0}/s");
            }

            var raw = await RawStorage.MeasureAsync(storage);
            wrong = await MeasureAsync(app, Events(customers, year: 56), senders, raw, kill: options.Contains("kill"));
        }

        Directory.Delete(directory, recursive: true);
        return wrong == 0 ? 0 : 1;
    }

    private static async Task<int> MeasureAsync(BillingApp app, List<LoadEvent> events, int senders, RawStorage raw, bool kill)
    {
        var bare = await BareAsync(events, senders);
        var load = new WebhookLoad(events, Secret);
        var clock = Stopwatch.StartNew();
        var sending = load.SendAsync(() => app.Http, senders);
        if (kill)
        {
            await KillAsync(app, () => load.Accepted > events.Count / 2);
        }

        var sent = await sending;
        await AppliedAsync(app, replay: kill);
        var (accepted, applied) = (events.Count / sent.TotalSeconds, events.Count / clock.Elapsed.TotalSeconds);
        Console.WriteLine($"webhooks: {events.Count} events from {senders} senders{(kill ? ", killed and started again in the middle" : "")}");
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
        await new WebhookLoad(events.Take(events.Count / 5), Secret, SampleApp.Hello).SendAsync(() => sample.Http, senders);
        var load = new WebhookLoad(events, Secret, SampleApp.Hello);
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
    private static async Task CountCallsAsync(Azurite azurite, StripeSimulator stripe, int senders)
    {
        await using var tables = await CountingProxy.StartAsync(new Uri(azurite.TableAddress));
        await using var queues = await CountingProxy.StartAsync(new Uri(azurite.QueueAddress));
        var storage = azurite.ConnectionString(AzuriteOptions.DevelopmentAccount.Key)
            .Replace(azurite.TableAddress, tables.Address.ToString().TrimEnd('/')).Replace(azurite.QueueAddress, queues.Address.ToString().TrimEnd('/'));
        await using var app = await StartAsync(storage, stripe);
        var events = Events(WarmUpCustomers, year: 58);
        var before = tables.Calls + queues.Calls;
        await SendAsync(app, events, senders);
        Console.WriteLine($"storage:  {(double)(tables.Calls + queues.Calls - before) / events.Count:F2} calls an event, from its arrival to applied");
    }

    private static async Task KillAsync(BillingApp app, Func<bool> now)
    {
        while (!now())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
        }

        await app.KillAsync();
        await app.StartAsync();
    }

    private static async Task SendAsync(BillingApp app, List<LoadEvent> events, int senders)
    {
        await new WebhookLoad(events, Secret).SendAsync(() => app.Http, senders);
        await AppliedAsync(app, replay: false);
    }

    /// <summary>Waits until no event is left to apply.</summary>
    /// <param name="app">The app.</param>
    /// <param name="replay">Whether to queue again what does not move: after a kill the queue hides what the process held for ten minutes.</param>
    private static async Task AppliedAsync(BillingApp app, bool replay)
    {
        var before = new List<string>();
        while (await ReceivedAsync(app) is { Count: > 0 } left)
        {
            if (replay && left.SequenceEqual(before))
            {
                await Parallel.ForEachAsync(left, async (id, token) => (await app.Http.PostAsync($"api/webhook_events/{id}/replay", null, token)).Dispose());
            }

            before = left;
            await Task.Delay(TimeSpan.FromMilliseconds(replay ? 1000 : 200), TimeProvider.System);
        }
    }

    private static async Task<List<string>> ReceivedAsync(BillingApp app)
    {
        var page = await app.Http.GetFromJsonAsync<JsonElement>("api/webhook_events?status=received&limit=100");
        return [.. page.GetProperty("data").EnumerateArray().Select(one => one.GetProperty("id").GetString()!)];
    }

    private static Task<BillingApp> StartAsync(string storage, StripeSimulator stripe) => BillingApp.StartAsync(storage, stripe, ("Stripe__WebhookSecrets", Secret));

    private static List<LoadEvent> Events(int customers, int year) => [.. EventLoad.Generate(customers, DateTimeOffset.UnixEpoch.AddYears(year), seed: year)];

    private static int Number(string[] options, int index, int otherwise) =>
        options.Length > index ? int.Parse(options[index], CultureInfo.InvariantCulture) : otherwise;
}
