namespace BillingFunctions.Platform.RateLimiting;

/// <summary>What one lease would change and answer. It changes only its own calendars, so it can be made anew when another instance was faster.</summary>
internal sealed class LeasePlan
{
    private readonly DateTimeOffset _now;
    private readonly Dictionary<string, RateLimitBucket> _buckets;
    private readonly Dictionary<string, SlotCalendar> _calendars;
    private readonly HashSet<string> _touched = [];

    public LeasePlan(IEnumerable<SharedLimit> limits, DateTimeOffset now, Dictionary<string, RateLimitBucket> buckets)
    {
        _now = now;
        _buckets = buckets;
        _calendars = limits.ToDictionary(limit => limit.Name, limit => buckets[limit.Name].Calendar(limit, now));
    }

    /// <summary>Calls that have a slot now.</summary>
    public List<(PermitRequest Request, Slot Slot)> Placed { get; } = [];

    /// <summary>Calls that cannot have one before their deadline, with the time at which they may hope for one.</summary>
    public List<(PermitRequest Request, DateTimeOffset RetryAt)> TurnedAway { get; } = [];

    /// <summary>The first free moment for those who are neither; null when there are none.</summary>
    public DateTimeOffset? Next { get; private set; }

    /// <summary>Takes back slots that nobody used, and moves those that were used late.</summary>
    public void Correct(IEnumerable<SlotCorrection> corrections)
    {
        foreach (var (limits, slot, usedAt) in corrections)
        {
            foreach (var calendar in limits.Select(Touch))
            {
                calendar.Return(slot);
                if (usedAt is { } at)
                {
                    calendar.Take(slot with { At = at });
                }
            }
        }
    }

    /// <summary>Places those who wait, best lane first, as far as <paramref name="horizon"/> reaches.</summary>
    public void Place(IEnumerable<PermitRequest> waiting, TimeSpan horizon)
    {
        var behind = _calendars.Keys.ToDictionary(name => name, _ => 0);
        foreach (var request in InOrder(waiting))
        {
            var at = Earliest(request.Limits);
            if (at <= _now + horizon && at <= request.Deadline)
            {
                Take(request, at);
                continue;
            }

            var expected = at + request.Limits.Max(limit => limit.Limit.Window / limit.Limit.Permits * behind[limit.Name]);
            foreach (var limit in request.Limits)
            {
                behind[limit.Name]++;
            }

            if (expected > request.Deadline)
            {
                TurnedAway.Add((request, expected));
            }
            else if (Next is null || at < Next)
            {
                Next = at;
            }
        }
    }

    /// <summary>The buckets to write, with their new slots.</summary>
    public IReadOnlyList<RateLimitBucket> Changes()
    {
        foreach (var name in _touched)
        {
            _buckets[name].Store(_calendars[name]);
        }

        return [.. _touched.Select(name => _buckets[name])];
    }

    /// <summary>Again and again the first of the lane that has used least of its share; in a lane, first come, first served.</summary>
    private IEnumerable<PermitRequest> InOrder(IEnumerable<PermitRequest> waiting)
    {
        // A call that counts against several limits has the same slot in each.
        var taken = _calendars.Values.SelectMany(calendar => calendar.Taken).Distinct().CountBy(slot => slot.Lane).ToDictionary();
        var lanes = waiting.GroupBy(request => request.Lane).ToDictionary(lane => lane.Key, lane => new Queue<PermitRequest>(lane));
        var used = lanes.Keys.ToDictionary(lane => lane, lane => taken.GetValueOrDefault(lane.Number));
        while (lanes.Count > 0)
        {
            var lane = lanes.Keys.OrderByDescending(lane => lane.Weight).MinBy(lane => (double)used[lane] / lane.Weight);
            used[lane]++;
            yield return lanes[lane].Dequeue();
            if (lanes[lane].Count == 0)
            {
                lanes.Remove(lane);
            }
        }
    }

    /// <summary>The first moment that is free under all of the limits.</summary>
    private DateTimeOffset Earliest(IReadOnlyList<SharedLimit> limits)
    {
        var at = _now;
        while (true)
        {
            var later = limits.Aggregate(at, (from, limit) => _calendars[limit.Name].Earliest(from));
            if (later == at)
            {
                return at;
            }

            at = later;
        }
    }

    private void Take(PermitRequest request, DateTimeOffset at)
    {
        var slot = new Slot(at, request.Lane.Number);
        foreach (var calendar in request.Limits.Select(Touch))
        {
            calendar.Take(slot);
        }

        Placed.Add((request, slot));
    }

    private SlotCalendar Touch(SharedLimit limit)
    {
        _touched.Add(limit.Name);
        return _calendars[limit.Name];
    }
}
