using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.Platform.Stripe;

namespace BillingFunctions.UsageBilling.Sync.Forecasts;

/// <summary>
/// Plays a load in steps as long as a count of the queue is good for: in each, <see cref="SyncRules"/> says what is ready of organizations that are counted by how long they wait, and the limits say how
/// much of that is sent. Who is ready has the same chance of a permit, whatever it has waited, as in the app, where those come back that were turned away. Pure.
/// </summary>
internal sealed class SyncModel
{
    private const int Points = 96;

    /// <summary>How often one that is turned away asks again within a step, while a list of lines asks once: in a long line of single items less often.</summary>
    private const double AsksPerStep = 2;
    private const double AsksInRealtime = 0.5;

    /// <summary>How long the end is played after the load; what is left then ends at the pace of its last hour.</summary>
    private static readonly TimeSpan LongestEnd = TimeSpan.FromDays(1);

    /// <summary>Longer than anybody plans.</summary>
    private static readonly TimeSpan Never = TimeSpan.FromDays(3650);

    private const double AlmostNothing = 0.5;

    private static readonly TimeSpan Step = SyncRules.CountGoodFor;

    /// <summary>A midnight: with a daily window it matters.</summary>
    private static readonly DateTimeOffset Start = DateTimeOffset.UnixEpoch;

    private readonly SyncLoad _load;
    private readonly PermitBudget _budget;
    private readonly WaitingOrganizations _waiting;
    private readonly List<SyncPoint> _points = [];
    private readonly List<(WaitingCohort Cohort, double Share, double Items)> _ready = [];

    /// <summary>Which share of a step's room those have in the next one who stand in line at its end, whatever has become of the budget.</summary>
    private readonly double _lineShare = StripeRateLimitHandler.Patience / Step;

    /// <summary>How long those that have waited long enough wait on average until they are looked at again: as it was when they were looked at last.</summary>
    private TimeSpan _pause = Step;

    private bool _isLine;
    private readonly int _steps;
    private SyncState _state = new();
    private TimeSpan? _groupedFrom;
    private double _largest, _atHalf, _calls, _sent, _turns, _looks, _oldestSum, _callsSincePoint;
    private int _step;

    private SyncModel(SyncLoad load)
    {
        (_load, _steps) = (load, (int)(load.Duration / Step));
        _budget = new PermitBudget(load.Limits, Step);
        _waiting = new WaitingOrganizations(load.Organizations, load.ItemsPerSecondEach, Step, load.Duration);
    }

    /// <summary>Plays the load.</summary>
    public static SyncCourse Play(SyncLoad load)
    {
        var model = new SyncModel(load);
        return model.Play();
    }

    private SyncCourse Play()
    {
        var lastHour = Math.Max(1, _steps - (int)(TimeSpan.FromHours(1) / Step));
        var (queueInHour, sentBefore) = (0d, 0d);
        for (_step = 1; _step <= _steps; _step++)
        {
            Go(hasArrivals: true);
            Note();
            sentBefore = _step <= lastHour ? _sent : sentBefore;
            queueInHour += _step > lastHour ? _waiting.Items : 0;
        }

        var course = new SyncCourse(
            _points, Count(), _groupedFrom, _largest, _atHalf, _calls, _sent, _turns, _looks, TimeSpan.FromSeconds(_oldestSum / Math.Max(1, _steps - (_steps / 2))),
            _sent > sentBefore ? Step * (queueInHour / (_sent - sentBefore)) : _waiting.Items < AlmostNothing ? TimeSpan.Zero : Never, Drain: default);
        return course with { Drain = PlayEnd() };
    }

    /// <summary>Goes on without arrivals until nothing is left.</summary>
    private TimeSpan PlayEnd()
    {
        var (played, before, lastHour) = (TimeSpan.Zero, _waiting.Items, LongestEnd - TimeSpan.FromHours(1));
        for (; _waiting.Items >= AlmostNothing && played < LongestEnd; played += Step)
        {
            before = played == lastHour ? _waiting.Items : before;
            Go(hasArrivals: false);
        }

        var (left, sent) = (_waiting.Items, before - _waiting.Items);
        return left < AlmostNothing ? played : played + TimeSpan.FromHours(sent > 0 ? Math.Min(left / sent, Never.TotalHours) : Never.TotalHours);
    }

    private void Go(bool hasArrivals)
    {
        _state = Count();
        _waiting.Advance(hasArrivals);
        var looks = Math.Min(1, Step / _pause);
        _pause += (SyncRules.PauseOf(_state) - _pause) * looks;
        _looks += _state.Mode == SyncMode.Batched ? _waiting.OldCount * looks : 0;
        var (room, own) = (_budget.Room(), _load.InvoiceCallsPerSecond * Step.TotalSeconds);
        var made = Math.Min(room, own);
        made += SyncRules.Earliest(_state, _state.CountedAt, _load.Options) > _state.CountedAt ? 0 : SendAll(room - made);
        _budget.Make(made);
        (_calls, _callsSincePoint) = (_calls + made, _callsSincePoint + made);
    }

    private SyncState Count()
    {
        var (now, oldest) = (Start + (Step * (_step - 1)), _waiting.OldestAge());
        var count = new QueueCount((long)Math.Round(_waiting.Items), (long)Math.Round(_waiting.Count), oldest > TimeSpan.Zero ? now - oldest : null);
        return SyncRules.Counted(_state, count, _budget.UseOf(_load.Account), _load.CallsPerMinute, _load.Options, now);
    }

    /// <summary>Sends what is ready; and of what was ready as long as there was budget to spare, what still stands in line.</summary>
    /// <returns>How many calls were made.</returns>
    private double SendAll(double room)
    {
        var isLine = _isLine && !_state.HasBudgetToSpare && _state.Mode == SyncMode.Batched;
        var made = Send(room, room);
        if (isLine)
        {
            var state = _state;
            _state = state with { HasBudgetToSpare = true };
            made += Send(room - made, room * _lineShare);
            (_state, _isLine) = (state, false);
        }

        return made;
    }

    /// <summary>Sends of what is ready as much as there is room for.</summary>
    /// <param name="room">How many calls can be made.</param>
    /// <param name="roomForLines">How many of them for lines; the others only list lines.</param>
    /// <returns>How many calls were made.</returns>
    private double Send(double room, double roomForLines)
    {
        var (calls, lists, organizations) = Gather(loads: 1);
        if (calls > 0 && calls < room / 2)
        {
            // There is room for more than one call of each.
            (calls, lists, organizations) = Gather(loads: Math.Floor(room / calls));
        }

        _isLine = _state.HasBudgetToSpare && calls > room;
        if (calls <= 0 || room <= 0)
        {
            return 0;
        }

        // A list of lines is asked for once, after the last line: when there is little room, most of them are not made. What they would note is noted at the invoice's close.
        var listShare = calls + lists <= room || roomForLines < room ? 1 : Math.Min(1, room / (organizations * (_state.Mode == SyncMode.Realtime ? AsksInRealtime : AsksPerStep)));
        var share = Math.Min(1, Math.Min(roomForLines / calls, room / (calls + (lists * listShare))));
        foreach (var (cohort, ready, items) in _ready)
        {
            var count = cohort.Count * ready * share;
            _waiting.Send(cohort, count, items);
            (_turns, _sent) = (_turns + count, _sent + (count * items));
        }

        return Math.Min(room, share * (calls + (lists * listShare)));
    }

    /// <summary>Looks which organizations are ready.</summary>
    /// <param name="loads">How many calls for lines each may make, in groups.</param>
    /// <returns>How many calls it takes to send all that they have, how many lists may follow, and how many organizations they are.</returns>
    private (double Calls, double Lists, double Organizations) Gather(double loads)
    {
        var (calls, lists, organizations) = (0d, 0d, 0d);
        _ready.Clear();
        var looks = Math.Min(1, Step / _pause);
        var group = SyncRules.GroupSize(_state.Mode, _state.Queued, _load.Options);
        foreach (var cohort in _waiting.Cohorts())
        {
            if (ReadyShareOf(cohort, group, looks) is > 0 and var ready)
            {
                var (sending, count) = (SendingOf(cohort, loads), cohort.Count * ready);
                (calls, lists, organizations) = (calls + (count * sending.Calls), lists + (count * sending.Lists), organizations + count);
                _ready.Add((cohort, ready, sending.Items));
            }
        }

        return (calls, lists, organizations);
    }

    /// <summary>Which share of a cohort is looked at in this step and found ready. A full group is ready at once; what has waited long enough is ready when it is looked at.</summary>
    private double ReadyShareOf(WaitingCohort cohort, int group, double looks)
    {
        var open = (int)Math.Min(int.MaxValue, cohort.Items);
        return !SyncRules.IsReady(open, cohort.Age, untilClose: TimeSpan.MaxValue, _state, group) ? 0
            : open >= group || cohort.Age < SyncRules.LongestWait + Step ? 1
            : looks;
    }

    /// <summary>What an organization sends in its turn: all that it has one by one in real time, else what fits into its calls. Each full draft costs a call for the next one.</summary>
    private (double Items, double Calls, double Lists) SendingOf(WaitingCohort cohort, double loads)
    {
        var max = (double)_load.Options.MaxLinesPerInvoice;
        var full = Math.Min(loads, Math.Floor(cohort.Items / max));
        var items = _state.Mode == SyncMode.Realtime || full < 1 ? cohort.Items : full * max;
        var adds = _state.Mode == SyncMode.Realtime ? items : Math.Max(1, full);
        return (items, adds + (items / max), items < cohort.Items ? 0 : _load.UnshownShare);
    }

    private void Note()
    {
        var (at, queue, oldest) = (Step * _step, _waiting.Items, _waiting.OldestAge());
        _largest = Math.Max(_largest, queue);
        _atHalf = _step == _steps / 2 ? queue : _atHalf;
        _oldestSum += _step > _steps / 2 ? oldest.TotalSeconds : 0;
        _groupedFrom ??= _state.Mode == SyncMode.Batched ? at - Step : null;
        if ((long)_step * Points / _steps > (long)(_step - 1) * Points / _steps)
        {
            var minutes = (at - (_points.Count == 0 ? TimeSpan.Zero : _points[^1].At)).TotalMinutes;
            _points.Add(new SyncPoint(at, queue, oldest, _callsSincePoint / minutes));
            _callsSincePoint = 0;
        }
    }
}
