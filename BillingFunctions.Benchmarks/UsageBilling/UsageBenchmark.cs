using System.Diagnostics;
using System.Globalization;
using BillingFunctions.Benchmarks.Storage;
using BillingFunctions.LocalHost.Client;
using BillingFunctions.Simulators.Limits;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Faults;
using BillingFunctions.Testing.Processes;

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

    /// <param name="options">How many items are open when memory is looked at, how many are drained, Stripe's limit, <c>calls/seconds</c>, and of how many organizations the drained ones are.</param>
    public static async Task<int> RunAsync(string[] options)
    {
        var open = Number(options, 0, 100_000);
        var drained = Number(options, 1, 10_000);
        var limit = (options.Length > 2 ? options[2] : "95/60").Split('/');
        await using var emulator = await StorageEmulator.StartAsync();
        await CountCallsAsync(emulator);
        await AcceptAsync(emulator.NewAccount(), open);
        return await DrainAsync(emulator, drained, Number(options, 3, 20), int.Parse(limit[0], CultureInfo.InvariantCulture), TimeSpan.FromSeconds(int.Parse(limit[1], CultureInfo.InvariantCulture)));
    }

    /// <summary>Sends items through proxies that count, until they are at Stripe.</summary>
    private static async Task CountCallsAsync(StorageEmulator emulator)
    {
        await using var stripe = await StripeSimulator.StartAsync(new StripeSimulatorOptions { AccountLimit = null, EndpointLimit = null }, CancellationToken.None);
        await using var tables = await HttpProxy.StartAsync(() => new Uri(emulator.TableAddress));
        await using var queues = await HttpProxy.StartAsync(() => new Uri(emulator.QueueAddress));
        var storage = Counted(emulator, tables, queues);
        await using var app = await BillingApp.StartAsync(storage, stripe);
        var arrived = 0;
        foreach (var (name, senders, perRequest) in new[] { ("from one sender", 1, 1), ("from 64 senders", 64, 1), ($"in batches of {Batch}", 1, Batch) })
        {
            var load = await UsageLoad.StartAsync(app, CountedOrganizations);
            await SettleAsync(load);
            var (before, calls) = (tables.Calls + queues.Calls, stripe.Calls.Total);
            await load.SendAsync(senders, CountedItems / perRequest, perRequest);
            var accepted = tables.Calls + queues.Calls;
            await ArriveAsync(stripe, arrived += CountedItems);
            Console.WriteLine($"storage:  {PerItem(accepted - before)} calls an item {name} until the last is accepted, {PerItem(tables.Calls + queues.Calls - before)} until all are at Stripe; {PerItem(stripe.Calls.Total - calls)} calls to Stripe an item");
        }
    }

    /// <summary>Accepts items and sends none: the daily window is closed.</summary>
    private static async Task AcceptAsync(string storage, int open)
    {
        await using var stripe = await StripeSimulator.StartAsync(new StripeSimulatorOptions(), CancellationToken.None);
        var opens = TimeProvider.System.GetUtcNow().AddHours(12);
        var window = string.Create(CultureInfo.InvariantCulture, $"{opens:HH:mm}-{opens.AddHours(1):HH:mm}");
        await using var app = await BillingApp.StartAsync(storage, stripe, ("Sync__Mode", "scheduled"), ("Sync__Window", window));
        var load = await UsageLoad.StartAsync(app, Organizations);
        await load.SendAsync(16, Organizations, 1);
        var (raw, before, added) = (await RawStorage.MeasureAsync(storage), MemoryOf(app), Organizations);
        Console.WriteLine($"raw:      {raw.InsertsPerSecond:F0} single inserts/s, {raw.BatchedRowsPerSecond:F0} rows/s in transactions");
        foreach (var (senders, singly, batches) in Senders)
        {
            Write("singly", senders, await load.SendAsync(senders, singly, 1), load, raw.InsertsPerSecond, "raw inserts");
            Write($"in batches of {Batch}", senders, await load.SendAsync(senders, batches, Batch), load, raw.BatchedRowsPerSecond, "raw rows in transactions, of which an item is two");
            added += singly + (batches * Batch);
        }

        await load.SendAsync(64, Math.Max(0, open - added) / Batch, Batch);
        var (clock, sync) = (Stopwatch.StartNew(), await load.SyncAsync());
        Console.WriteLine($"memory:   worker {before >> 20} MiB before, {MemoryOf(app) >> 20} MiB with {sync.QueueSize} open items of {Organizations} organizations, which GET /api/sync counts in {clock.ElapsedMilliseconds} ms");
    }

    private static async Task<int> DrainAsync(StorageEmulator emulator, int items, int organizations, int calls, TimeSpan per)
    {
        await using var tables = await HttpProxy.StartAsync(() => new Uri(emulator.TableAddress));
        await using var queues = await HttpProxy.StartAsync(() => new Uri(emulator.QueueAddress));
        var limit = new RateLimit(calls, per);
        await using var stripe = await StripeSimulator.StartAsync(new StripeSimulatorOptions { AccountLimit = limit, EndpointLimit = limit }, CancellationToken.None);
        var setting = string.Create(CultureInfo.InvariantCulture, $"{calls}/{per.TotalSeconds:F0}");
        await using var app = await BillingApp.StartAsync(Counted(emulator, tables, queues), stripe, ("Stripe__RateLimit", setting), ("Stripe__EndpointRateLimit", setting));
        var load = await UsageLoad.StartAsync(app, organizations);
        var (clock, before) = (Stopwatch.StartNew(), tables.Calls + queues.Calls);
        await load.SendAsync(16, items / Math.Min(Batch, items / organizations), Math.Min(Batch, items / organizations));
        var accepted = clock.Elapsed;
        await Poll.UntilAsync(load.SyncAsync, sync => sync.QueueSize == 0, timeout: TimeSpan.MaxValue, every: TimeSpan.FromSeconds(5));
        var lines = stripe.Invoices.All.SelectMany(invoice => invoice.Lines).ToList();
        var lost = items - lines.DistinctBy(line => line.Metadata["billing_item_id"]).Count();
        Console.WriteLine($"drain:    {items} items of {organizations} organizations accepted in {accepted.TotalSeconds:F1} s, at Stripe after {clock.Elapsed.TotalSeconds:F1} s at {setting}; {lost} lost, {lines.Count - items + lost} doubled");
        Console.WriteLine($"          {(tables.Calls + queues.Calls - before) / (double)items:F2} calls to storage an item");
        Console.WriteLine($"          {stripe.Calls.Total} calls, at most {stripe.Calls.MostInAnyWindow(per)} in any window, {stripe.Calls.RateLimited.Values.Sum()} answers 429");
        Console.WriteLine($"          {string.Join(", ", stripe.Calls.ByEndpoint.OrderByDescending(kind => kind.Value).Select(kind => $"{kind.Value} {kind.Key}"))}");
        return lines.Count == items && lost == 0 ? 0 : 1;
    }

    /// <summary>Waits without asking the app, whose answer costs calls to storage, until Stripe has all lines and that is noted.</summary>
    private static async Task ArriveAsync(StripeSimulator stripe, int lines)
    {
        await Poll.UntilAsync(() => Task.FromResult(stripe.Invoices.All.Sum(invoice => invoice.Lines.Count)), count => count == lines, timeout: TimeSpan.MaxValue);
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System);
    }

    private static Task<UsageSync> SettleAsync(UsageLoad load) => Poll.UntilAsync(load.SyncAsync, sync => sync.QueueSize == 0, timeout: TimeSpan.MaxValue);

    private static string Counted(StorageEmulator emulator, HttpProxy tables, HttpProxy queues) => emulator.NewAccount()
        .Replace(emulator.TableAddress, tables.Address.ToString().TrimEnd('/')).Replace(emulator.QueueAddress, queues.Address.ToString().TrimEnd('/'));

    private static void Write(string how, int senders, double rate, UsageLoad load, double raw, string ofWhat) => Console.WriteLine(
        $"accepted: {rate:F0} items/s {how} from {senders} senders, answers within {load.Percentile(50):F0} ms (p50), {load.Percentile(99):F0} ms (p99); {rate / raw:F2} of {ofWhat}");

    private static string PerItem(int calls) => ((double)calls / CountedItems).ToString("F2", CultureInfo.InvariantCulture);

    private static long MemoryOf(BillingApp app)
    {
        using var process = Process.GetProcessById(app.Host.WorkerId!.Value);
        return process.WorkingSet64;
    }

    private static int Number(string[] options, int index, int otherwise) => options.Length > index ? int.Parse(options[index], CultureInfo.InvariantCulture) : otherwise;
}
