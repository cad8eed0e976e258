using System.Text.Json;
using BillingFunctions.Simulators.Stripe.Faults;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.UsageBilling;
using BillingFunctions.UsageBilling.Invoices;
using BillingFunctions.UsageBilling.Items;
using BillingFunctions.UsageBilling.Sync;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Tests.UsageBilling.Sync;

/// <summary>
/// An invoice whose items callers add, change and delete while it is synced, with faults of Stripe and of storage, and processes that die and are replaced. The app's code
/// runs as it is, on the storage emulator and the simulator of Stripe, on a clock that stands still; what callers were told is kept beside it.
/// </summary>
internal sealed class OutboxModel : IAsyncDisposable
{
    private static readonly Fault[] Faults =
        [Fault.CutAfter, Fault.CutBefore, Fault.CutAfter, Fault.ServerError, Fault.RateLimit, Fault.LockTimeout, Fault.Refused, Fault.Conflict];

    private readonly string _storage;
    private readonly List<UsageSyncDriver> _processes;
    private readonly InvoiceId _invoice;

    /// <summary>The amounts that an item may have: one, but for a change whose answer was lost. 0 when it may be deleted.</summary>
    private readonly Dictionary<ItemId, HashSet<long>> _items = [];

    private long _amount = 1_000;

    private OutboxModel(string storage, UsageSyncDriver process, InvoiceId invoice) => (_storage, _processes, _invoice) = (storage, [process], invoice);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private UsageSyncDriver Process => _processes[^1];

    /// <param name="storage">An account of its own.</param>
    /// <param name="isRealTime">Whether each item is sent by itself, or in groups.</param>
    public static async Task<OutboxModel> StartAsync(string storage, bool isRealTime)
    {
        var process = await UsageSyncDriver.StartAsync(storage, "1000/1", new StorageFake(), ("Sync__Mode", isRealTime ? "realtime" : "scheduled"));
        return new OutboxModel(storage, process, await process.AddInvoiceAsync());
    }

    public async ValueTask DisposeAsync()
    {
        // The first has the simulator.
        foreach (var process in Enumerable.Reverse(_processes))
        {
            await process.DisposeAsync();
        }
    }

    public async Task MakeAsync(OutboxMove move)
    {
        switch (move.Kind)
        {
            case OutboxMoveKind.Add:
                foreach (var item in await Process.AddItemsAsync(_invoice, 1 + (move.Pick % 4)))
                {
                    _items[item] = [(await Process.ItemAsync(item)).Line.Amount];
                }

                break;
            case OutboxMoveKind.Change when _items.Count > 0:
                await ChangeAsync(move.Pick, ++_amount);
                break;
            case OutboxMoveKind.Delete when _items.Count > 0:
                await ChangeAsync(move.Pick, 0);
                break;
            case OutboxMoveKind.Deliver:
                await Process.DeliverAsync(_invoice.OrganizationId);
                break;
            case OutboxMoveKind.ChangeMeetsSync when _items.Count > 0:
                await Task.WhenAll(Process.DeliverAsync(_invoice.OrganizationId), ChangeAsync(move.Pick, ++_amount));
                break;
            case OutboxMoveKind.StripeFails:
                Process.Stripe.Faults.Plan(Faults[move.Pick % Faults.Length]);
                break;
            case OutboxMoveKind.Die:
                await DieAsync(1 + (move.Pick % 12), move.Pick % 2 == 0 ? StorageFault.FreezeBefore : StorageFault.FreezeAfter);
                break;
            case OutboxMoveKind.Wait:
                Process.Clock.Advance(TimeSpan.FromSeconds(move.Pick * 5));
                break;
            case OutboxMoveKind.Sweep:
                await Process.Get<SyncSweeper>().SweepAsync(Token);
                break;
            default:
                break;
        }
    }

    /// <summary>What was given up is retried until the planned faults are used up; the invoice is closed, again when it is held because Stripe refused that.</summary>
    public async Task SettleAsync()
    {
        for (var tries = 0; tries < 10; tries++)
        {
            Process.Clock.Advance(TimeSpan.FromMinutes(3));
            await Process.Get<SyncSweeper>().SweepAsync(Token);
            await Process.PlayAsync();
            foreach (var job in await Process.FailedJobs.ListAsync(OrganizationDue.ItemsQueue, after: null, 100, Token))
            {
                await Process.RetryAsync(job);
            }
        }

        for (var tries = 0; tries < 10 && (await Process.InvoiceAsync(_invoice)).Status != UsageInvoiceStatus.Closed; tries++)
        {
            await Process.Get<CloseInvoice>().BeginAsync(_invoice, Token);
            await Process.PlayAsync();
        }
    }

    /// <summary>Stripe has each item once, with the amount that the caller was told, and nothing else; and the app has proved it and closed the invoice.</summary>
    public async Task AssertBilledOnceAsync()
    {
        var lines = Process.LinesAtStripe();
        foreach (var (item, amounts) in _items)
        {
            var found = lines[item.ToString()].Select(line => line.Amount).ToList();
            Assert.True(found.Count <= 1, $"Stripe has {found.Count} lines of {item}.");
            Assert.Contains(found.SingleOrDefault(), amounts);
        }

        Assert.Equal(_items.Keys.Select(item => item.ToString()).Where(item => lines[item].Any()).Order(StringComparer.Ordinal), lines.Select(line => line.Key).Order(StringComparer.Ordinal));
        var invoice = await Process.InvoiceAsync(_invoice);
        Assert.True(invoice.Status == UsageInvoiceStatus.Closed, $"{invoice.Status}: {string.Join(' ', invoice.Difference)}");
        Assert.Equal(0, (await Process.HeadAsync(_invoice)).Open);
    }

    /// <param name="pick">Which item.</param>
    /// <param name="amount">Its new amount; 0 to delete it.</param>
    private async Task ChangeAsync(int pick, long amount)
    {
        var (item, amounts) = _items.ElementAt(pick % _items.Count);
        var changes = Process.Get<ChangeItem>();
        var isNew = amounts.Add(amount);
        var refusal = amount == 0
            ? await changes.DeleteAsync(item, new DefaultHttpContext().Request, Token)
            : (await changes.ReplaceAsync(item, new DefaultHttpContext { Request = { Method = "PATCH" } }.Request, JsonElement.Parse($$"""{ "amount": {{amount}} }"""), Token)).Refusal;
        amounts.RemoveWhere(other => refusal is null ? other != amount : isNew && other == amount);
    }

    /// <summary>The process dies at one of its next calls to storage while it syncs, if it makes so many; another takes its place.</summary>
    private async Task DieAsync(int call, StorageFault fault)
    {
        var calls = 0;
        Process.Storage.FaultOf = (_, _) => Interlocked.Increment(ref calls) == call ? fault : StorageFault.None;
        var delivery = Process.DeliverAsync(_invoice.OrganizationId);
        await Task.WhenAny(delivery, Process.Storage.Frozen);
        if (!Process.Storage.Frozen.IsCompleted)
        {
            Process.Storage.FaultOf = (_, _) => StorageFault.None;
            await delivery;
            return;
        }

        // A process that is dead renews no lease either.
        Process.Storage.FaultOf = (_, _) => StorageFault.FreezeBefore;
        _processes.Add(await UsageSyncDriver.AttachAsync(_storage, Process.Stripe, Process.Clock, new StorageFake(), ("Stripe__RateLimit", "1000/1")));
    }
}
