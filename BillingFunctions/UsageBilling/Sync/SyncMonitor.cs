using Azure.Data.Tables;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.UsageBilling.Ledger;
using Microsoft.Extensions.Options;

namespace BillingFunctions.UsageBilling.Sync;

/// <summary>
/// Knows how long the queue is. It is counted every five seconds by whoever needs it first, over the heads of the pending organizations; what this process adds and
/// ends between two counts it knows itself, so that a burst is noticed at once.
/// </summary>
public sealed class SyncMonitor(
    TableServiceClient tables, PendingOrganizations pending, SyncStateStore store, StripeClients stripe, IOptions<SyncOptions> options, TimeProvider time) : IDisposable
{
    private const int Parallelism = 16;

    /// <summary>How many times as long as counting took its result is good for, so that a long queue is not counted all the time.</summary>
    private const int RestAfterCount = 10;

    /// <summary>A person who asks does not wait for a longer one.</summary>
    private static readonly TimeSpan LongCount = TimeSpan.FromSeconds(1);

    private readonly TableClient _usage = tables.GetTableClient(UsageLedger.Table);
    private readonly SemaphoreSlim _counting = new(1, 1);
    private SyncState? _last;
    private long _since;

    /// <summary>The calls for invoices that Stripe's limits allow in a minute.</summary>
    internal double CallsPerMinute => stripe.LimitsOf(StripeClients.Invoices).Min(limit => limit.Limit.PerMinute);

    /// <summary>Says that this process has added entries, or ended some.</summary>
    internal void Count(int entries) => Interlocked.Add(ref _since, entries);

    /// <summary>The state now.</summary>
    internal async Task<SyncState> CurrentAsync(CancellationToken cancellationToken)
    {
        // One caller counts; the others use the last count, if there is one.
        if ((_last is null || IsOld(_last)) && await _counting.WaitAsync(_last is null ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, cancellationToken))
        {
            try
            {
                _last = _last is null || IsOld(_last) ? await RefreshAsync(cancellationToken) : _last;
            }
            finally
            {
                _counting.Release();
            }
        }

        var queued = Math.Max(0, _last!.Queued + Interlocked.Read(ref _since));
        return SyncRules.Since(_last, queued, options.Value);
    }

    /// <summary>The state, counted just now; as it was counted last when counting takes long.</summary>
    internal async Task<SyncState> RecountAsync(CancellationToken cancellationToken) =>
        await CurrentAsync(cancellationToken) is var state && state.CountTook > LongCount ? state : await CountAsync(cancellationToken);

    /// <summary>When an organization that has got new entries is to be looked at; null when a message is on its way that arrives by then.</summary>
    /// <param name="head">Its head with the new entries.</param>
    /// <param name="opened">How many they are.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    internal async Task<Wake?> WakeForAsync(OrganizationHead head, int opened, CancellationToken cancellationToken)
    {
        var (state, now) = (await CurrentAsync(cancellationToken), time.GetUtcNow());
        var wake = SyncRules.WakeFor(state, opened, head.Open, head.Oldest ?? now, now, options.Value);
        return head.WakeAt is { } coming && coming <= wake.At ? null : wake;
    }

    /// <summary>Has nothing sent for a while, because Stripe refuses the key. Until then no attempt is spent.</summary>
    internal async Task PauseAsync(DateTimeOffset until, string reason, CancellationToken cancellationToken) =>
        _last = await store.ChangeAsync(state => state with { PausedUntil = until, PauseReason = reason }, cancellationToken);

    /// <summary>Notes that Stripe takes the key again.</summary>
    internal async Task EndPauseAsync(CancellationToken cancellationToken)
    {
        if (_last?.PausedUntil is not null)
        {
            _last = await store.ChangeAsync(state => state with { PausedUntil = null, PauseReason = null }, cancellationToken);
        }
    }

    public void Dispose() => _counting.Dispose();

    private bool IsOld(SyncState state) =>
        time.GetUtcNow() - state.CountedAt >= (state.CountTook * RestAfterCount > SyncRules.CountGoodFor ? state.CountTook * RestAfterCount : SyncRules.CountGoodFor);

    /// <summary>What another instance has counted not long ago, else what this one counts.</summary>
    private async Task<SyncState> RefreshAsync(CancellationToken cancellationToken)
    {
        var since = Interlocked.Read(ref _since);
        var shared = await store.ReadAsync(cancellationToken);
        var state = IsOld(shared) ? await CountAsync(cancellationToken) : shared;
        Interlocked.Add(ref _since, -since);
        return state;
    }

    private async Task<SyncState> CountAsync(CancellationToken cancellationToken)
    {
        var (began, now) = (time.GetTimestamp(), time.GetUtcNow());
        var (queued, organizations, oldest, gate) = (0L, 0L, (DateTimeOffset?)null, new Lock());
        await Parallel.ForEachAsync(
            pending.ListAsync(after: null, cancellationToken),
            new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
            async (id, token) =>
            {
                if ((await _usage.FindAsync<UsageRow>(id, UsageKeys.Head, token))?.Read<OrganizationHead>() is { Open: > 0 } head)
                {
                    lock (gate)
                    {
                        (queued, organizations) = (queued + head.Open, organizations + 1);
                        oldest = oldest is null || head.Oldest < oldest ? head.Oldest : oldest;
                    }
                }
            });
        var use = await stripe.AccountUseAsync(cancellationToken);
        return await store.ChangeAsync(
            state => SyncRules.Counted(state, new QueueCount(queued, organizations, oldest), use, CallsPerMinute, options.Value, now) with { CountTook = time.GetElapsedTime(began) },
            cancellationToken);
    }
}
