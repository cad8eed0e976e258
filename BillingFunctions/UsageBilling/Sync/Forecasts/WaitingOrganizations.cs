namespace BillingFunctions.UsageBilling.Sync.Forecasts;

/// <summary>
/// The organizations that have something waiting, by the moment since when: how many they are on average, so that there are fractions of them. One that waits since a moment has one item of
/// that moment, and all that have come for it since.
/// </summary>
internal sealed class WaitingOrganizations
{
    private static readonly TimeSpan Old = SyncRules.LongestWait;

    /// <summary>So many organizations are the oldest one of all, on average: with waits that are as long as chance has it, the longest of n is about where 0.56 (e to the power of minus Euler's constant) are expected to wait longer.</summary>
    private const double OldestOne = 0.56;

    /// <summary>How many cohorts are kept of those that have waited for long.</summary>
    private const int OldCohorts = 240;

    private readonly double _organizations, _rate, _step, _width;
    private readonly List<WaitingCohort> _shown = [];

    /// <summary>By the step since which they wait, as a ring.</summary>
    private readonly Cohort[] _young;

    /// <summary>Those that have waited longer than the longest wait, by the moment since when in steps of a minute, or of more when items come for long.</summary>
    private Cohort[] _old = new Cohort[1024];
    private int _firstOld;
    private double _now, _arrived, _sinceSum;

    /// <param name="organizations">How many organizations there are.</param>
    /// <param name="rate">How many items come for each in a second.</param>
    /// <param name="step">The step of time.</param>
    /// <param name="duration">How long items come.</param>
    public WaitingOrganizations(double organizations, double rate, TimeSpan step, TimeSpan duration)
    {
        (_organizations, _rate, _step, _width) = (organizations, rate, step.TotalSeconds, Math.Max(Old.TotalSeconds, duration.TotalSeconds / OldCohorts));
        _young = new Cohort[(int)(Old / step) + 2];
    }

    /// <summary>How many organizations have something waiting.</summary>
    public double Count { get; private set; }

    /// <summary>How many items wait.</summary>
    public double Items => Math.Max(0, (Count * (1 + (_rate * _arrived))) - (_rate * _sinceSum));

    /// <summary>How many wait longer than the longest wait.</summary>
    public double OldCount { get; private set; }

    /// <summary>Goes on by a step.</summary>
    /// <param name="hasArrivals">Whether items come in it; once none come, none come any more.</param>
    public void Advance(bool hasArrivals)
    {
        var began = _now;
        _now += _step;
        MoveOld();
        Recount();
        if (!hasArrivals)
        {
            return;
        }

        _arrived = _now;
        var (mean, empty) = (_rate * _step, Math.Max(0, _organizations - Count));
        var share = mean < 1e-6 ? mean : 1 - Math.Exp(-mean);

        // Since when they wait follows from how many items they have got: of many items the first comes early.
        var since = mean < 1e-6 ? (began + _now) / 2 : _now - (((mean / share) - 1) / _rate);
        Add(Math.Max(began, since), empty * share);
    }

    /// <summary>For how long the oldest item has waited.</summary>
    public TimeSpan OldestAge()
    {
        var older = 0d;
        for (var index = _firstOld; index < _old.Length && index * _width <= _now; index++)
        {
            older += _old[index].Count;
            if (older >= OldestOne)
            {
                return AgeOf(_old[index]);
            }
        }

        for (var (number, next) = (0, IndexOf(_now) + 1); number < _young.Length; number++)
        {
            var cohort = _young[(next + number) % _young.Length];
            older += cohort.Count;
            if (older >= OldestOne)
            {
                return AgeOf(cohort);
            }
        }

        return TimeSpan.Zero;

        TimeSpan AgeOf(Cohort cohort) => TimeSpan.FromSeconds(_now - (cohort.SinceSum / cohort.Count));
    }

    /// <summary>Those that wait since about the same time, the oldest first, as they are now.</summary>
    public IReadOnlyList<WaitingCohort> Cohorts()
    {
        _shown.Clear();
        for (var index = _firstOld; index < _old.Length && index * _width <= _now; index++)
        {
            if (_old[index].Count > 0)
            {
                _shown.Add(Show(_old[index], index, isOld: true));
            }
        }

        for (var (number, next) = (0, IndexOf(_now) + 1); number < _young.Length; number++)
        {
            var index = (next + number) % _young.Length;
            if (_young[index].Count > 0)
            {
                _shown.Add(Show(_young[index], index, isOld: false));
            }
        }

        return _shown;
    }

    /// <summary>Some organizations of a cohort send some of their items.</summary>
    /// <param name="cohort">The cohort.</param>
    /// <param name="count">How many organizations.</param>
    /// <param name="items">How many items each.</param>
    public void Send(WaitingCohort cohort, double count, double items)
    {
        Remove(cohort, count);
        if (cohort.Items - items is > 0 and var left && left >= 1)
        {
            Add(Math.Min(_now, _arrived - ((left - 1) / _rate)), count);
        }
    }

    private void Remove(WaitingCohort cohort, double count)
    {
        ref var stored = ref (cohort.IsOld ? ref _old[cohort.Index] : ref _young[cohort.Index]);
        var taken = Math.Min(count, stored.Count);
        (Count, _sinceSum, OldCount) = (Count - taken, _sinceSum - (taken * cohort.Since), OldCount - (cohort.IsOld ? taken : 0));
        stored = stored.Count - taken < 1e-12 ? default : new Cohort(stored.Count - taken, stored.SinceSum - (taken * cohort.Since));
    }

    private void Add(double since, double count)
    {
        if (count <= 0)
        {
            return;
        }

        (Count, _sinceSum) = (Count + count, _sinceSum + (count * since));
        if (_now - since < Old.TotalSeconds)
        {
            ref var young = ref _young[IndexOf(since)];
            young = new Cohort(young.Count + count, young.SinceSum + (count * since));
            return;
        }

        AddOld(since, count);
    }

    private void AddOld(double since, double count)
    {
        OldCount += count;
        var index = (int)(Math.Max(0, since) / _width);
        if (index >= _old.Length)
        {
            Array.Resize(ref _old, index + 1024);
        }

        _firstOld = Math.Min(_firstOld, index);
        _old[index] = new Cohort(_old[index].Count + count, _old[index].SinceSum + (count * since));
    }

    /// <summary>Those that have become old since the last step, and are in the place of the step that begins.</summary>
    private void MoveOld()
    {
        for (var index = 0; index < _young.Length; index++)
        {
            if (_young[index] is { Count: > 0 } cohort && _now - (cohort.SinceSum / cohort.Count) >= Old.TotalSeconds)
            {
                AddOld(cohort.SinceSum / cohort.Count, cohort.Count);
                _young[index] = default;
            }
        }

        while (_firstOld < _old.Length - 1 && _old[_firstOld].Count <= 0 && OldCount > 1e-9)
        {
            _firstOld++;
        }

        _firstOld = OldCount > 1e-9 ? _firstOld : Math.Min(_old.Length - 1, (int)(_now / _width));
    }

    /// <summary>Anew in each step: what is added and taken away a million times would not add up.</summary>
    private void Recount()
    {
        (Count, _sinceSum, OldCount) = (0, 0, 0);
        for (var index = _firstOld; index < _old.Length && index * _width <= _now; index++)
        {
            OldCount += _old[index].Count;
            _sinceSum += _old[index].SinceSum;
        }

        Count = OldCount;
        foreach (var cohort in _young)
        {
            (Count, _sinceSum) = (Count + cohort.Count, _sinceSum + cohort.SinceSum);
        }
    }

    private int IndexOf(double since) => (int)(since / _step) % _young.Length;

    private WaitingCohort Show(Cohort cohort, int index, bool isOld)
    {
        var since = cohort.SinceSum / cohort.Count;
        return new WaitingCohort(index, isOld, cohort.Count, since, TimeSpan.FromSeconds(_now - since), 1 + (_rate * Math.Max(0, _arrived - since)));
    }

    private readonly record struct Cohort(double Count, double SinceSum);
}

/// <summary>Organizations that wait since about the same moment.</summary>
/// <param name="Index">Where they are kept.</param>
/// <param name="IsOld">Whether they wait longer than the longest wait.</param>
/// <param name="Count">How many they are.</param>
/// <param name="Since">Since when, in seconds after the beginning.</param>
/// <param name="Age">For how long.</param>
/// <param name="Items">How many items each has waiting.</param>
internal readonly record struct WaitingCohort(int Index, bool IsOld, double Count, double Since, TimeSpan Age, double Items);
