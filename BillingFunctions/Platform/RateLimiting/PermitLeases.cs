using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Platform.RateLimiting;

/// <summary>
/// Takes slots for waiting calls out of the shared buckets of one API, by compare-and-swap. The buckets share a partition of <see cref="SharedRateLimits.Table"/>, so that a
/// lease changes several of them at once or none.
/// </summary>
/// <param name="tables">The storage account.</param>
/// <param name="api">An API key or an address. The partition is a digest of it: it may be secret.</param>
/// <param name="time">The clock.</param>
internal sealed class PermitLeases(TableServiceClient tables, string api, TimeProvider time) : IDisposable
{
    /// <summary>
    /// How far ahead slots are leased. Short, so that a call of a better lane never waits for more than this behind others,
    /// and so that a process that dies takes few slots with it.
    /// </summary>
    private static readonly TimeSpan Horizon = TimeSpan.FromMilliseconds(300);

    private static readonly TimeSpan ShortestPause = TimeSpan.FromMilliseconds(5);

    private readonly TableClient _table = tables.GetTableClient(SharedRateLimits.Table);
    private readonly string _partition = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(api)))[..16];
    private readonly SemaphoreSlim _turn = new(1, 1);

    /// <summary>The buckets as last read or written: while no other instance leases, no read is needed.</summary>
    private readonly Dictionary<string, RateLimitBucket> _known = [];

    /// <summary>What is to be written with the next lease.</summary>
    private readonly ConcurrentQueue<SlotCorrection> _corrections = new();

    public bool HasCorrections => !_corrections.IsEmpty;

    /// <summary>Has the next lease write what became of a slot.</summary>
    public void Correct(SlotCorrection correction) => _corrections.Enqueue(correction);

    /// <summary>Grants slots within the horizon and turns away whom no slot can reach in time.</summary>
    /// <returns>How long to wait before asking again for those who are still in line.</returns>
    public async Task<TimeSpan> GrantAsync(IReadOnlyList<PermitRequest> waiting)
    {
        await _turn.WaitAsync();
        try
        {
            var plan = await LeaseAsync(waiting, TakeCorrections());
            Answer(plan);
            var pause = plan.Next - time.GetUtcNow() - (Horizon / 2);
            return pause > ShortestPause ? pause.Value : ShortestPause;
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Slows a limit down, because a call was refused in spite of it.</summary>
    public async Task SlowDownAsync(SharedLimit limit, string reason, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            RateLimitBucket bucket;
            do
            {
                bucket = (await ReadAsync([limit.Name]))[limit.Name];
                bucket.SlowDown(reason, time.GetUtcNow());
            }
            while (!await TryWriteAsync([bucket]));
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>How much of a limit all instances together use just now.</summary>
    public async Task<RateLimitUse> UseOfAsync(SharedLimit limit, CancellationToken cancellationToken) =>
        (await FindAsync(limit.Name, cancellationToken)).Use(limit.Limit, time.GetUtcNow());

    public void Dispose() => _turn.Dispose();

    private async Task<LeasePlan> LeaseAsync(IReadOnlyList<PermitRequest> waiting, IReadOnlyList<SlotCorrection> corrections)
    {
        var limits = waiting.SelectMany(request => request.Limits).Concat(corrections.SelectMany(correction => correction.Limits)).DistinctBy(limit => limit.Name).ToList();
        while (true)
        {
            var plan = new LeasePlan(limits, time.GetUtcNow(), await ReadAsync(limits.Select(limit => limit.Name)));
            plan.Correct(corrections);
            plan.Place(waiting, Horizon);
            if (plan.Changes() is not { Count: > 0 } changes || await TryWriteAsync(changes))
            {
                return plan;
            }
        }
    }

    private void Answer(LeasePlan plan)
    {
        foreach (var (request, slot) in plan.Placed)
        {
            if (!request.Answer.TrySetResult(new PermitAnswer(slot, slot.At)))
            {
                Correct(new SlotCorrection(request.Limits, slot, UsedAt: null));
            }
        }

        foreach (var (request, retryAt) in plan.TurnedAway)
        {
            request.Answer.TrySetResult(new PermitAnswer(Slot: null, retryAt));
        }
    }

    private List<SlotCorrection> TakeCorrections()
    {
        var corrections = new List<SlotCorrection>();
        while (_corrections.TryDequeue(out var correction))
        {
            corrections.Add(correction);
        }

        return corrections;
    }

    private async Task<Dictionary<string, RateLimitBucket>> ReadAsync(IEnumerable<string> names)
    {
        var all = names.ToList();
        var unknown = all.Where(name => !_known.ContainsKey(name)).ToList();
        foreach (var bucket in await Task.WhenAll(unknown.Select(name => FindAsync(name, CancellationToken.None))))
        {
            _known[bucket.RowKey] = bucket;
        }

        return all.ToDictionary(name => name, name => _known[name]);
    }

    private async Task<RateLimitBucket> FindAsync(string name, CancellationToken cancellationToken) =>
        await _table.FindAsync<RateLimitBucket>(_partition, name, cancellationToken) ?? new RateLimitBucket { PartitionKey = _partition, RowKey = name };

    /// <returns>False when another instance was faster; read again.</returns>
    private async Task<bool> TryWriteAsync(IReadOnlyCollection<RateLimitBucket> changed)
    {
        var written = false;
        try
        {
            return written = await _table.TrySubmitAsync([.. changed.Select(bucket => bucket.Change())], CancellationToken.None);
        }
        finally
        {
            if (!written)
            {
                // Somebody else has changed them, or what the table holds is not known.
                _known.Clear();
            }
        }
    }
}

/// <summary>A call in the line.</summary>
internal sealed record PermitRequest(IReadOnlyList<SharedLimit> Limits, RateLimitLane Lane, DateTimeOffset Deadline)
{
    public TaskCompletionSource<PermitAnswer> Answer { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>A slot; or none before the deadline, and the time at which one may be had.</summary>
internal readonly record struct PermitAnswer(Slot? Slot, DateTimeOffset At);

/// <summary>What became of a slot: not used if <paramref name="UsedAt"/> is null, else used late.</summary>
internal readonly record struct SlotCorrection(IReadOnlyList<SharedLimit> Limits, Slot Slot, DateTimeOffset? UsedAt);
