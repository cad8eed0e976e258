using BillingFunctions.Testing.Builders;
using BillingFunctions.Testing.Simulation;
using BillingFunctions.UsageBilling.Ledger;
using BillingFunctions.UsageBilling.Sync;
using BillingFunctions.UsageBilling.Sync.Forecasts;
using BillingFunctions.UsageBilling.Sync.Sending;

namespace BillingFunctions.Tests.UsageBilling.Sync.Forecasts;

/// <summary>
/// A load event by event, in fake time and without I/O: each item that comes, each message, each permit and each call. The steps of a sender are those of <see cref="OrganizationSync"/>, decided by
/// <see cref="SendPlan"/> and <see cref="SyncRules"/>, as are the counts of <see cref="SyncMonitor"/>.
/// </summary>
internal sealed class SyncSimulation
{
    private const int MaxEntries = 1_000;

    private static readonly DateTimeOffset Start = UsageBuilder.Time;
    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(25);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(5);
    private static readonly OutboxEntry Entry = UsageBuilder.Entry(UsageBuilder.Item());

    private readonly SyncLoad _load;
    private readonly Random _random;
    private readonly EventQueue _events = new(Start);
    private readonly PermitCalendars _permits;
    private readonly Organization[] _organizations;
    private SyncState _counted = new();
    private bool _isCounted;
    private long _queued, _largest;
    private DateTimeOffset? _groupedFrom;

    private SyncSimulation(SyncLoad load, int seed)
    {
        (_load, _random) = (load, new Random(seed));
        _permits = new PermitCalendars(load.Limits, Patience);
        _organizations = [.. Enumerable.Range(0, (int)load.Organizations).Select(_ => new Organization { Lines = (int)(_random.NextDouble() * load.LinesPerDraft) })];
    }

    /// <summary>Plays a load.</summary>
    /// <param name="load">The load.</param>
    /// <param name="seed">Which course chance takes: when items come and for whom, and how long messages and calls take.</param>
    public static SimulatedCourse Play(SyncLoad load, int seed) => new SyncSimulation(load, seed).Play();

    private SimulatedCourse Play()
    {
        var (end, oldest) = (Start + _load.Duration, new List<double>());
        _events.At(NextOf(_load.ItemsPerMinute / 60), Arrive);
        _events.At(NextOf(_load.InvoiceCallsPerSecond), CallForInvoice);
        for (var minute = Start; minute < end; minute += TimeSpan.FromMinutes(1))
        {
            _events.PlayUntil(minute);
            if (minute >= Start + (_load.Duration / 2))
            {
                oldest.Add(_organizations.Max(organization => organization.Outbox.Count == 0 ? 0 : (minute - organization.Outbox[0].QueuedAt).TotalSeconds));
            }
        }

        _events.PlayUntil(end);
        var calls = _permits.Granted;
        while (_queued > 0 && _events.PlayNext())
        {
        }

        return new SimulatedCourse(calls * (TimeSpan.FromDays(1) / _load.Duration), _groupedFrom - Start, _largest, TimeSpan.FromSeconds(oldest.Average()), _events.Now - end);
    }

    private DateTimeOffset NextOf(double perSecond) => _events.Now + TimeSpan.FromSeconds(-Math.Log(1 - _random.NextDouble()) / perSecond);

    private TimeSpan Seconds(double least, double most) => TimeSpan.FromSeconds(least + (_random.NextDouble() * (most - least)));

    private bool IsLoaded => _events.Now < Start + _load.Duration;

    /// <summary>As <see cref="UsageLedger"/> writes an item.</summary>
    private void Arrive()
    {
        if (!IsLoaded)
        {
            return;
        }

        var (organization, now) = (_organizations[_random.Next(_organizations.Length)], _events.Now);
        var state = Current();
        organization.Outbox.Add(Entry with { QueuedAt = now });
        organization.Oldest ??= now;
        var wake = SyncRules.WakeFor(state, opened: 1, organization.Outbox.Count, organization.Oldest.Value, now, _load.Options);
        (_queued, _largest) = (_queued + 1, Math.Max(_largest, _queued + 1));
        if (organization.WakeAt is null || organization.WakeAt > wake.At)
        {
            Send(organization, wake.At);
        }

        _events.At(NextOf(_load.ItemsPerMinute / 60), Arrive);
    }

    /// <summary>What an invoice costs besides its lines, evenly over the month.</summary>
    private void CallForInvoice()
    {
        Call();
        if (IsLoaded)
        {
            _events.At(NextOf(_load.InvoiceCallsPerSecond), CallForInvoice);
        }

        void Call()
        {
            if (_permits.Ask(_events.Now) is { IsGranted: false, At: var at })
            {
                _events.At(at, Call);
            }
        }
    }

    /// <summary>As <see cref="SyncQueues"/> hides a message, in whole seconds; and a queue is not looked at all the time.</summary>
    private void Send(Organization organization, DateTimeOffset at)
    {
        organization.WakeAt = at;
        var delay = TimeSpan.FromSeconds(Math.Ceiling(Math.Max(0, (at - _events.Now).TotalSeconds)));
        _events.At(_events.Now + delay + Seconds(0.1, 1), () => Deliver(organization));
    }

    /// <summary>As <see cref="SenderLeases"/> gives the lease.</summary>
    private void Deliver(Organization organization)
    {
        if (!organization.IsLeased && organization.Outbox.Count > 0 && !(organization.WakeAt - _events.Now > ClockSkew))
        {
            (organization.IsLeased, organization.WakeAt) = (true, null);
            _events.Begin(Run(organization).GetEnumerator());
        }
    }

    /// <summary>As <see cref="OrganizationSync"/> goes about it.</summary>
    private IEnumerable<DateTimeOffset> Run(Organization organization)
    {
        var (until, next, unnoted, oldestLeft) = (_events.Now + LongestRun, (DateTimeOffset?)null, false, (DateTimeOffset?)null);
        while (next is null && _events.Now < until && organization.Outbox.Count > 0)
        {
            var entries = organization.Outbox.Take(MaxEntries).ToList();
            while (next is null && _events.Now < until && new SendPlan(Current(), _load.Options, _ => DateTimeOffset.MaxValue, _events.Now).Next(entries) is { } step)
            {
                if (SyncRules.Earliest(Current(), _events.Now, _load.Options) is var earliest && earliest > _events.Now)
                {
                    next = earliest;
                    break;
                }

                if (step is not SendStep.Lines(_, var lines))
                {
                    next = ((SendStep.Wait)step).Until;
                    break;
                }

                if (organization.Lines >= _load.Options.MaxLinesPerInvoice)
                {
                    var draft = _permits.Ask(_events.Now);
                    if (!draft.IsGranted)
                    {
                        next = draft.At;
                        break;
                    }

                    yield return draft.At + Seconds(0.1, 0.3);
                    organization.Lines = 0;
                }

                var add = _permits.Ask(_events.Now);
                if (!add.IsGranted)
                {
                    next = add.At;
                    break;
                }

                yield return add.At + Seconds(0.1, 0.3);
                var sent = Math.Min(lines.Count, _load.Options.MaxLinesPerInvoice - organization.Lines);
                organization.Lines += sent;
                unnoted |= organization.Lines > SyncLoad.ShownLines;
                organization.Outbox.RemoveRange(0, sent);
                entries.RemoveRange(0, sent);
                _queued -= sent;
            }

            oldestLeft = entries.Count == 0 ? null : entries[0].QueuedAt;
        }

        if (organization.Outbox.Count == 0 && unnoted && _permits.Ask(_events.Now) is { IsGranted: true, At: var at })
        {
            yield return at + Seconds(0.1, 0.3);
        }

        (organization.IsLeased, organization.WakeAt, organization.Oldest) = (false, null, organization.Outbox.Count == 0 ? null : oldestLeft ?? organization.Oldest);
        if (organization.Outbox.Count > 0)
        {
            Send(organization, next ?? _events.Now);
        }
    }

    /// <summary>As <see cref="SyncMonitor"/> counts.</summary>
    private SyncState Current()
    {
        if (!_isCounted || _events.Now - _counted.CountedAt >= SyncRules.CountGoodFor)
        {
            var waiting = _organizations.Where(organization => organization.Outbox.Count > 0).ToList();
            var count = new QueueCount(_queued, waiting.Count, waiting.Count == 0 ? null : waiting.Min(organization => organization.Oldest));
            (_counted, _isCounted) = (SyncRules.Counted(_counted, count, _permits.UseAt(_events.Now), _load.CallsPerMinute, _load.Options, _events.Now), true);
        }

        var state = SyncRules.Since(_counted, _queued, _load.Options);
        _groupedFrom ??= state.Mode == SyncMode.Batched ? _events.Now : null;
        return state;
    }

    private sealed class Organization
    {
        public List<OutboxEntry> Outbox { get; } = [];

        public DateTimeOffset? Oldest { get; set; }

        public DateTimeOffset? WakeAt { get; set; }

        public bool IsLeased { get; set; }

        /// <summary>How many lines its draft at Stripe has.</summary>
        public int Lines { get; set; }
    }
}

/// <summary>What became of a simulated load.</summary>
internal sealed record SimulatedCourse(double CallsPerDay, TimeSpan? GroupedFrom, long LargestQueue, TimeSpan OldestAge, TimeSpan Drain);
