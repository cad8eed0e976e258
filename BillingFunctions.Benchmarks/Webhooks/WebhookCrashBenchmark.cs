using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using BillingFunctions.Benchmarks.Exports;
using BillingFunctions.Benchmarks.Reports;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Simulators.Stripe.Load;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Load;
using BillingFunctions.Testing.Processes;

namespace BillingFunctions.Benchmarks.Webhooks;

/// <summary>Webhooks of which half are accepted when the worker, or host and worker, get a SIGKILL: whether each event is applied, and once, and how long that takes.</summary>
internal static class WebhookCrashBenchmark
{
    private const int Senders = 64;

    /// <summary>Every tenth event is delivered twice, mostly at the same moment.</summary>
    private const int Repeated = 10;

    private static readonly string[] Victims = ["worker", "both"];

    /// <param name="figures">Takes the figures.</param>
    /// <param name="options">Customers of four events each.</param>
    public static async Task<int> RunAsync(FigureReport figures, string[] options)
    {
        var customers = options.Length > 0 ? int.Parse(options[0], CultureInfo.InvariantCulture) : 2_500;
        figures.Note("customers", customers);
        figures.Note("senders", Senders);
        var wrong = 0;
        foreach (var victim in Victims)
        {
            wrong += await CrashAsync(figures, customers, victim);
        }

        return wrong == 0 ? 0 : 1;
    }

    /// <returns>How many events were lost or applied twice.</returns>
    private static async Task<int> CrashAsync(FigureReport figures, int customers, string victim)
    {
        await using var emulator = await StorageEmulator.StartAsync();
        await using var stripe = await StripeSimulator.StartAsync(new StripeSimulatorOptions(), CancellationToken.None);
        await using var app = await BillingApp.StartAsync(emulator.NewAccount(), stripe, ("Stripe__WebhookSecrets", WebhookRequestBuilder.Secret));

        // Of now: the sweeper looks for what was lost among the events of the last quarter of an hour, and later ones.
        List<LoadEvent> events = [.. EventLoad.Generate(customers, TimeProvider.System.GetUtcNow())];
        List<LoadEvent> deliveries = [.. events.Index().SelectMany(one => Enumerable.Repeat(one.Item, one.Index % Repeated == 0 ? 2 : 1))];
        var load = new WebhookLoad(deliveries);
        var sending = load.SendAsync(() => app.Http, Senders);
        await Poll.UntilAsync(() => Task.FromResult(load.Accepted), accepted => accepted > deliveries.Count / 2, timeout: TimeSpan.MaxValue, every: TimeSpan.FromMilliseconds(10));
        var clock = Stopwatch.StartNew();
        await CrashBenchmark.KillAsync(app, victim);
        await sending;
        var sent = clock.Elapsed;
        await new WebhooksDriver(app).SettleAsync(replay: false, timeout: TimeSpan.MaxValue);
        var applied = clock.Elapsed;

        var (lost, twice) = await CompareAsync(app, events);
        figures.Add($"{victim} killed, accepted", load.Accepted, "deliveries", new Yardstick(deliveries.Count, "deliveries sent"), new Yardstick(events.Count, "events"));
        figures.Add($"{victim} killed, tries without an answer of 200, made again", load.Unanswered, "tries");
        figures.Add($"{victim} killed, from the kill until the last was accepted", sent.TotalSeconds, "s");
        figures.Add($"{victim} killed, from the kill until all were applied", applied.TotalSeconds, "s");
        figures.Add($"{victim} killed, lost", lost, "events", Bound.AtMost(0));
        figures.Add($"{victim} killed, applied twice", twice, "events", Bound.AtMost(0));
        return lost + twice;
    }

    /// <summary>Compares what the app has with what was sent.</summary>
    private static async Task<(int Lost, int Twice)> CompareAsync(BillingApp app, List<LoadEvent> events)
    {
        var inbox = await new WebhooksDriver(app).EventIdsAsync("applied");
        var (lost, twice) = (events.Select(one => one.Id).Except(inbox).Count(), inbox.Count - inbox.Distinct().Count());
        await Parallel.ForEachAsync(events.GroupBy(one => one.CustomerId), async (customer, token) =>
        {
            var (lostHere, twiceHere) = await CompareAsync(app.Http, [.. customer], token);
            Interlocked.Add(ref lost, lostHere);
            Interlocked.Add(ref twice, twiceHere);
        });
        return (lost, twice);
    }

    /// <summary>Of a customer: whether it is as last updated, its subscription is paid by two events, each in the audit once, and its invoice is paid.</summary>
    private static async Task<(int Lost, int Twice)> CompareAsync(HttpClient http, IReadOnlyList<LoadEvent> events, CancellationToken cancellationToken)
    {
        var (customerId, subscriptionId) = (events[0].CustomerId, events[0].SubscriptionId);
        var customer = await http.GetFromJsonAsync<JsonElement>($"api/customers/{customerId}", cancellationToken);
        var subscription = await http.GetFromJsonAsync<JsonElement>($"api/subscriptions/{subscriptionId}", cancellationToken);
        var audit = TextsOf(await http.GetFromJsonAsync<JsonElement>($"api/subscriptions/{subscriptionId}/audit", cancellationToken), "event_id");
        var invoices = TextsOf(await http.GetFromJsonAsync<JsonElement>($"api/customers/{customerId}/invoices", cancellationToken), "status");
        bool[] asSent =
        [
            customer.GetProperty("last_event_id").GetString() == IdOf("customer.updated"),
            subscription.GetProperty("status").GetString() == "paid",
            audit.Contains(IdOf("customer.subscription.created")) && audit.Contains(IdOf("invoice.paid")),
            invoices.Contains("paid"),
        ];
        return (asSent.Count(isAsSent => !isAsSent), audit.Count - audit.Distinct().Count() + Math.Max(0, invoices.Count - 1));

        string IdOf(string type) => events.Single(one => one.Type == type).Id;
    }

    private static List<string?> TextsOf(JsonElement page, string property) => [.. page.GetProperty("data").EnumerateArray().Select(entry => entry.GetProperty(property).GetString())];
}
