using System.Globalization;
using Azure;
using BillingFunctions.Platform.RateLimiting;

namespace BillingFunctions.Tests.Platform.RateLimiting;

/// <summary>
/// Several processes that take permits out of the same buckets, under an account's limit and those of two endpoints. <see cref="LeasePlan"/> and <see cref="RateLimitBucket"/> are
/// the app's; the table with its versions, the time, the deaths and the delays are made up. Each call that is made is kept, and counted by brute force.
/// </summary>
internal sealed class RateLimiterModel
{
    public static readonly TimeSpan Window = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan Horizon = TimeSpan.FromMilliseconds(300);

    /// <summary>As in <see cref="SharedRateLimits"/>: later than this, the slot is moved to when it was used, or given back.</summary>
    private static readonly TimeSpan Punctual = TimeSpan.FromMilliseconds(3);
    private static readonly TimeSpan TooLate = TimeSpan.FromMilliseconds(250);

    private static readonly RateLimitLane[] Lanes = [new(0, 6), new(1, 3), new(2, 1)];

    private static readonly TimeSpan[] Lateness =
        [TimeSpan.Zero, TimeSpan.FromMilliseconds(2), TimeSpan.FromMilliseconds(120), TimeSpan.FromMilliseconds(249), TimeSpan.FromMilliseconds(700)];

    private readonly Dictionary<string, RateLimitBucket> _table = [];
    private readonly Process[] _processes;
    private readonly List<(string[] Limits, DateTimeOffset At)> _calls = [];
    private readonly List<(DateTimeOffset From, int Permits)> _limits;
    private readonly int _endpointPermits;
    private DateTimeOffset _now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private int _version;

    /// <param name="accountPermits">Permits of the account, a second.</param>
    /// <param name="endpointPermits">Permits of each of the two endpoints, a second.</param>
    /// <param name="processes">How many processes share them.</param>
    public RateLimiterModel(int accountPermits, int endpointPermits, int processes)
    {
        _endpointPermits = endpointPermits;
        _limits = [(DateTimeOffset.MinValue, accountPermits)];
        _processes = [.. Enumerable.Range(0, processes).Select(_ => new Process())];
    }

    /// <summary>How many calls have been made.</summary>
    public int Calls => _calls.Count;

    public void Make(LimiterMove move)
    {
        var process = _processes[move.Process % _processes.Length];
        switch (move.Kind)
        {
            case LimiterMoveKind.Ask:
                Ask(move.Process, 1 + (move.Number % 8), move.Number);
                break;
            case LimiterMoveKind.Plan:
                Plan(process);
                break;
            case LimiterMoveKind.Write:
                TryWrite(process);
                break;
            case LimiterMoveKind.Lease:
                Lease(process);
                break;
            case LimiterMoveKind.Die:
                // With what it has leased. Another takes its place.
                _processes[move.Process % _processes.Length] = new Process();
                break;
            case LimiterMoveKind.Lag:
                process.Lateness = Lateness[move.Number % Lateness.Length];
                break;
            case LimiterMoveKind.ChangeLimit:
                _limits.Add((_now, 1 + (move.Number % 12)));
                break;
            case LimiterMoveKind.SlowDown:
                SlowDown(move.Number);
                break;
            default:
                Pass(TimeSpan.FromMilliseconds(move.Number));
                break;
        }
    }

    /// <summary>Calls join the line of a process, of all lanes, for both endpoints, some without patience.</summary>
    /// <param name="process">Which process.</param>
    /// <param name="calls">How many calls.</param>
    /// <param name="pick">Where it begins with lanes and endpoints.</param>
    public void Ask(int process, int calls, int pick = 0)
    {
        for (var call = pick; call < pick + calls; call++)
        {
            _processes[process % _processes.Length].Waiting.Add(new PermitRequest([Account, Endpoint(call % 2)], Lanes[call % 3], _now + TimeSpan.FromSeconds(call % 4)));
        }
    }

    /// <summary>A process leases in one go.</summary>
    public void Lease(int process) => Lease(_processes[process % _processes.Length]);

    /// <summary>Time passes; slots are used as they come.</summary>
    public void Pass(TimeSpan time)
    {
        var end = _now + time;
        while (Next() is { } next && next.At <= end)
        {
            _now = next.At;
            next.Process.Leased.Remove(next.Leased);
            Use(next.Process, next.Leased.Limits, next.Leased.Slot);
        }

        _now = end;
    }

    /// <summary>The processes are punctual again, the account has the limit, and what slowed it down is over.</summary>
    public void Recover(int permits)
    {
        Array.ForEach(_processes, process => process.Lateness = TimeSpan.Zero);
        _limits.Add((_now, permits));
        Pass(TimeSpan.FromSeconds(25));
    }

    private (Process Process, (IReadOnlyList<SharedLimit> Limits, Slot Slot) Leased, DateTimeOffset At)? Next() => _processes
        .SelectMany(process => process.Leased.Select(leased => (process, leased, At: Later(leased.Slot.At + process.Lateness, _now))))
        .OrderBy(next => next.At).Select(next => ((Process, (IReadOnlyList<SharedLimit>, Slot), DateTimeOffset)?)next).FirstOrDefault();

    /// <summary>Stripe refuses a call.</summary>
    private void SlowDown(int pick)
    {
        var bucket = Read(pick % 3 == 0 ? Account.Name : Endpoint(pick % 2).Name);
        bucket.SlowDown("429", _now);
        Assert.True(TryWrite([bucket]));
    }

    private SharedLimit Account => new("account", new RateLimit(_limits[^1].Permits, Window), Pace: 0.5);

    private SharedLimit Endpoint(int number) => new($"endpoint-{number}", new RateLimit(_endpointPermits, Window));

    private static DateTimeOffset Later(DateTimeOffset one, DateTimeOffset other) => one > other ? one : other;

    private void Use(Process process, IReadOnlyList<SharedLimit> limits, Slot slot)
    {
        var late = _now - slot.At;
        if (late <= TooLate)
        {
            _calls.Add(([.. limits.Select(limit => limit.Name)], _now));
            AssertKept(limits);
        }

        if (late > Punctual)
        {
            process.Corrections.Add(new SlotCorrection(limits, slot, late <= TooLate ? _now : null));
            Lease(process);
        }
    }

    /// <summary>In the window that ends now there are no more calls than the limit allows, or has allowed when they were leased.</summary>
    private void AssertKept(IReadOnlyList<SharedLimit> limits)
    {
        foreach (var limit in limits)
        {
            var calls = _calls.Count(call => call.At > _now - Window && call.Limits.Contains(limit.Name));
            var since = _now - Window - Horizon - TooLate;
            var allowed = limit.Name == Account.Name ? _limits.Where((one, index) => index == _limits.Count - 1 || _limits[index + 1].From >= since).Max(one => one.Permits) : _endpointPermits;
            Assert.True(calls <= allowed, $"{calls} calls in a second under the limit {limit.Name} of {allowed}, at {_now:ss.fff}");
        }
    }

    private void Lease(Process process)
    {
        do
        {
            Plan(process);
        }
        while (!TryWrite(process));
    }

    private void Plan(Process process)
    {
        process.Waiting.RemoveAll(request => request.Answer.Task.IsCompleted);
        SharedLimit[] limits = [Account, Endpoint(0), Endpoint(1)];
        var plan = new LeasePlan(limits, _now, limits.ToDictionary(limit => limit.Name, limit => process.Known.TryGetValue(limit.Name, out var known) ? Copy(known) : Read(limit.Name)));
        plan.Correct(process.Corrections);
        plan.Place(process.Waiting, Horizon);
        process.Planned = (plan, process.Corrections.Count);
    }

    private bool TryWrite(Process process)
    {
        if (process.Planned is not { } planned)
        {
            return true;
        }

        process.Planned = null;
        var changes = planned.Plan.Changes();
        if (!TryWrite(changes))
        {
            process.Known.Clear();
            return false;
        }

        foreach (var bucket in changes)
        {
            process.Known[bucket.RowKey] = Read(bucket.RowKey);
        }

        process.Corrections.RemoveRange(0, planned.Corrections);
        foreach (var (request, slot) in planned.Plan.Placed)
        {
            process.Leased.Add((request.Limits, slot));
            request.Answer.TrySetResult(new PermitAnswer(slot, slot.At));
        }

        foreach (var (request, retryAt) in planned.Plan.TurnedAway)
        {
            request.Answer.TrySetResult(new PermitAnswer(Slot: null, retryAt));
        }

        return true;
    }

    private RateLimitBucket Read(string name) => _table.TryGetValue(name, out var row) ? Copy(row) : new RateLimitBucket { PartitionKey = "acct", RowKey = name };

    private bool TryWrite(IReadOnlyCollection<RateLimitBucket> changed)
    {
        if (changed.Any(bucket => bucket.ETag != Read(bucket.RowKey).ETag))
        {
            return false;
        }

        foreach (var bucket in changed)
        {
            var row = Copy(bucket);
            row.ETag = new ETag((++_version).ToString(CultureInfo.InvariantCulture));
            _table[bucket.RowKey] = row;
        }

        return true;
    }

    private static RateLimitBucket Copy(RateLimitBucket bucket) => new()
    {
        PartitionKey = bucket.PartitionKey,
        RowKey = bucket.RowKey,
        Slots = bucket.Slots,
        SlowSteps = bucket.SlowSteps,
        SlowSince = bucket.SlowSince,
        Throttles = bucket.Throttles,
        ETag = bucket.ETag,
    };

    private sealed class Process
    {
        /// <summary>The buckets as it last wrote them.</summary>
        public Dictionary<string, RateLimitBucket> Known { get; } = [];

        public List<PermitRequest> Waiting { get; } = [];

        public List<SlotCorrection> Corrections { get; } = [];

        /// <summary>Slots that it has and has not used.</summary>
        public List<(IReadOnlyList<SharedLimit> Limits, Slot Slot)> Leased { get; } = [];

        /// <summary>What is still to be written, with how many of the corrections.</summary>
        public (LeasePlan Plan, int Corrections)? Planned { get; set; }

        public TimeSpan Lateness { get; set; }
    }
}
