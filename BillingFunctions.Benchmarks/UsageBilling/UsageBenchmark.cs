using System.Diagnostics;
using System.Globalization;
using BillingFunctions.Benchmarks.Reports;
using BillingFunctions.Benchmarks.Storage;
using BillingFunctions.LocalHost.Client;
using BillingFunctions.Simulators.Limits;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Processes;
using BillingFunctions.UsageBilling.Sync;

namespace BillingFunctions.Benchmarks.UsageBilling;

/// <summary>How many items of usage a second are accepted, what an item costs in calls to storage, what many open ones take of memory, and how soon they are at Stripe at its limit.</summary>
internal static class UsageBenchmark
{
    private const int Organizations = 500;
    private const int Batch = 100;
    private const int CountedItems = 500;
    private const int CountedOrganizations = 20;

    /// <summary>Senders, and how many requests they send singly and in batches.</summary>
    private static readonly (int Senders, int Singly, int Batches)[] Senders = [(1, 400, 40), (16, 2_000, 150), (64, 4_000, 200)];

    /// <param name="figures">Takes the figures.</param>
    /// <param name="options">How many items are open when memory is looked at, how many are drained, Stripe's limit, <c>calls/seconds</c>, and of how many organizations the drained ones are.</param>
    public static async Task<int> RunAsync(FigureReport figures, string[] options)
    {
        var open = Number(options, 0, 100_000);
        var drained = Number(options, 1, 10_000);
        var limit = (options.Length > 2 ? options[2] : "95/60").Split('/');
        await using var emulator = await StorageEmulator.StartAsync();
        await CountCallsAsync(figures, emulator);
        await AcceptAsync(figures, emulator.NewAccount(), open);
        return await DrainAsync(figures, emulator, drained, Number(options, 3, 20), int.Parse(limit[0], CultureInfo.InvariantCulture), TimeSpan.FromSeconds(int.Parse(limit[1], CultureInfo.InvariantCulture)));
    }

    /// <summary>Sends items through proxies that count, until they are at Stripe.</summary>
    private static async Task CountCallsAsync(FigureReport figures, StorageEmulator emulator)
    {
        await using var stripe = await StripeSimulator.StartAsync(new StripeSimulatorOptions { AccountLimit = null, EndpointLimit = null }, CancellationToken.None);
        await using var storage = await CountedStorage.StartAsync(emulator);
        await using var app = await BillingApp.StartAsync(storage.Of(emulator.NewAccount()), stripe);
        var arrived = 0;
        foreach (var (name, senders, perRequest) in new[] { ("from one sender", 1, 1), ("from 64 senders", 64, 1), ($"in batches of {Batch}", 1, Batch) })
        {
            var load = await UsageLoad.StartAsync(app, CountedOrganizations);
            await SettleAsync(load);
            var (before, calls) = (storage.Traffic, stripe.Calls.Total);
            await load.SendAsync(senders, CountedItems / perRequest, perRequest);
            var accepted = storage.Traffic.Since(before);
            await ArriveAsync(stripe, arrived += CountedItems);
            var arrivedThere = storage.Traffic.Since(before);
            figures.Add($"storage, items {name}, until the last is accepted", PerItem(accepted.Calls), "calls an item");
            figures.Add($"storage, items {name}, until all are at Stripe", PerItem(arrivedThere.Calls), "calls an item");
            figures.Add($"storage, items {name}, bodies until all are at Stripe", PerItem(arrivedThere.Bytes), "bytes an item");
            figures.Add($"Stripe, items {name}", PerItem(stripe.Calls.Total - calls), "calls an item");
        }
    }

    /// <summary>Accepts items and sends none: the daily window is closed.</summary>
    private static async Task AcceptAsync(FigureReport figures, string storage, int open)
    {
        await using var stripe = await StripeSimulator.StartAsync(new StripeSimulatorOptions(), CancellationToken.None);
        var opens = TimeProvider.System.GetUtcNow().AddHours(12);
        var window = string.Create(CultureInfo.InvariantCulture, $"{opens:HH:mm}-{opens.AddHours(1):HH:mm}");
        await using var app = await BillingApp.StartAsync(storage, stripe, ("Sync__Mode", "scheduled"), ("Sync__Window", window));
        var load = await UsageLoad.StartAsync(app, Organizations);
        await load.SendAsync(16, Organizations, 1);
        var (raw, before, added) = (await RawStorage.MeasureAsync(storage), MemoryOf(app), Organizations);
        raw.AddTo(figures);
        foreach (var (senders, singly, batches) in Senders)
        {
            Add(figures, $"singly from {senders} senders", await load.SendAsync(senders, singly, 1), load, new Yardstick(raw.InsertsPerSecond, "single inserts/s"));
            Add(figures, $"in batches of {Batch} from {senders} senders", await load.SendAsync(senders, batches, Batch), load, new Yardstick(raw.BatchedRowsPerSecond, "rows/s in transactions, of which an item is two"));
            added += singly + (batches * Batch);
        }

        await load.SendAsync(64, Math.Max(0, open - added) / Batch, Batch);
        var (clock, sync) = (Stopwatch.StartNew(), await load.SyncAsync());
        var counted = clock.Elapsed;
        figures.Note("organizations with open items", Organizations);
        figures.Add("open items", sync.QueueSize, "items");
        figures.Add("open items, counted by GET /api/sync in", counted.TotalMilliseconds, "ms");
        figures.Add("memory of the worker before", before >> 20, "MiB");
        figures.Add("memory of the worker with the open items", MemoryOf(app) >> 20, "MiB");
    }

    private static async Task<int> DrainAsync(FigureReport figures, StorageEmulator emulator, int items, int organizations, int calls, TimeSpan per)
    {
        await using var storage = await CountedStorage.StartAsync(emulator);
        var limit = new RateLimit(calls, per);
        await using var stripe = await StripeSimulator.StartAsync(new StripeSimulatorOptions { AccountLimit = limit, EndpointLimit = limit }, CancellationToken.None);
        var setting = string.Create(CultureInfo.InvariantCulture, $"{calls}/{per.TotalSeconds:F0}");
        await using var app = await BillingApp.StartAsync(storage.Of(emulator.NewAccount()), stripe, ("Stripe__RateLimit", setting), ("Stripe__EndpointRateLimit", setting));
        var load = await UsageLoad.StartAsync(app, organizations);
        var (clock, before) = (Stopwatch.StartNew(), storage.Traffic);
        await load.SendAsync(16, items / Math.Min(Batch, items / organizations), Math.Min(Batch, items / organizations));
        var accepted = clock.Elapsed;
        await Poll.UntilAsync(load.SyncAsync, sync => sync.QueueSize == 0, timeout: TimeSpan.MaxValue, every: TimeSpan.FromSeconds(5));
        var atStripe = clock.Elapsed;
        var lines = stripe.Invoices.All.SelectMany(invoice => invoice.Lines).ToList();
        var lost = items - lines.DistinctBy(line => line.Metadata["billing_item_id"]).Count();
        var traffic = storage.Traffic.Since(before);
        figures.Note("drain", $"{items} items of {organizations} organizations at {setting}");
        figures.Add("drain, accepted in", accepted.TotalSeconds, "s");
        figures.Add("drain, at Stripe after", atStripe.TotalSeconds, "s");
        figures.Add("drain, lost", lost, "items", Bound.AtMost(0));
        figures.Add("drain, doubled", lines.Count - items + lost, "items", Bound.AtMost(0));
        figures.Add("drain, storage", (double)traffic.Calls / items, "calls an item");
        figures.Add("drain, bodies to and from storage", (double)traffic.Bytes / items, "bytes an item");
        figures.Add("drain, Stripe", stripe.Calls.Total, "calls", Bound.AtMost((items / GroupSize(items)) + organizations));
        figures.Add("drain, Stripe, most in any window", stripe.Calls.MostInAnyWindow(per), "calls", Bound.AtMost(calls));
        figures.Add("drain, Stripe, answers 429", stripe.Calls.RateLimited.Values.Sum(), "answers");
        foreach (var (endpoint, count) in stripe.Calls.ByEndpoint.OrderByDescending(kind => kind.Value))
        {
            figures.Add($"drain, Stripe, {endpoint}", count, "calls");
        }

        return lines.Count == items && lost == 0 ? 0 : 1;
    }

    /// <summary>Waits without asking the app, whose answer costs calls to storage, until Stripe has all lines and that is noted.</summary>
    private static async Task ArriveAsync(StripeSimulator stripe, int lines)
    {
        await Poll.UntilAsync(() => Task.FromResult(stripe.Invoices.All.Sum(invoice => invoice.Lines.Count)), count => count == lines, timeout: TimeSpan.MaxValue);
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System);
    }

    private static Task<UsageSync> SettleAsync(UsageLoad load) => Poll.UntilAsync(load.SyncAsync, sync => sync.QueueSize == 0, timeout: TimeSpan.MaxValue);

    /// <summary>How many items a call carries at least when so many are open.</summary>
    private static int GroupSize(int items) => SyncRules.GroupSize(SyncRules.Next(SyncMode.Realtime, items, new SyncOptions()), items, new SyncOptions());

    private static void Add(FigureReport figures, string how, double rate, UsageLoad load, Yardstick raw)
    {
        figures.Add($"accepted {how}", rate, "items/s", raw);
        figures.Add($"accepted {how}, answers within, p50", load.Percentile(50), "ms");
        figures.Add($"accepted {how}, answers within, p99", load.Percentile(99), "ms");
    }

    private static double PerItem(long count) => (double)count / CountedItems;

    private static long MemoryOf(BillingApp app)
    {
        using var process = Process.GetProcessById(app.Host.WorkerId!.Value);
        return process.WorkingSet64;
    }

    private static int Number(string[] options, int index, int otherwise) => options.Length > index ? int.Parse(options[index], CultureInfo.InvariantCulture) : otherwise;
}
