using BillingFunctions.Platform.Stripe;

namespace BillingFunctions.Platform.RateLimiting;

/// <summary>What one lease would change and answer. It changes only its own calendars, so it can be made anew when another instance was faster.</summary>
internal sealed class LeasePlan
{
    private readonly DateTimeOffset _now;
    private readonly TimeSpan _spacing;
    private readonly Dictionary<string, RateLimitBucket> _buckets;
    private readonly Dictionary<string, SlotCalendar> _calendars;
    private readonly HashSet<string> _touched = [];

    public LeasePlan(RateLimit accountLimit, RateLimit endpointLimit, DateTimeOffset now, Dictionary<string, RateLimitBucket> buckets)
    {
        _now = now;
        _spacing = endpointLimit.Window / endpointLimit.Permits;
        _buckets = buckets;
        _calendars = buckets.ToDictionary(
            bucket => bucket.Key,
            bucket => bucket.Value.Calendar(bucket.Key == RateLimitStore.AccountBucket ? accountLimit : endpointLimit, now));
    }

    /// <summary>Calls that have a slot now.</summary>
    public List<(PermitRequest Request, Slot Slot)> Placed { get; } = [];

    /// <summary>Calls that cannot have one before their deadline, with the time at which they may hope for one.</summary>
    public List<(PermitRequest Request, DateTimeOffset RetryAt)> TurnedAway { get; } = [];

    /// <summary>The first free moment for those who are neither; null when there are none.</summary>
    public DateTimeOffset? Next { get; private set; }

    private SlotCalendar Account => _calendars[RateLimitStore.AccountBucket];

    /// <summary>Takes back slots that nobody used, and moves those that were used late.</summary>
    public void Correct(IEnumerable<SlotCorrection> corrections)
    {
        foreach (var (endpoint, slot, usedAt) in corrections)
        {
            foreach (var calendar in new[] { Account, Touch(endpoint) })
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
        var behind = new Dictionary<string, int>();
        foreach (var request in InOrder(waiting))
        {
            var at = Earliest(request.Endpoint);
            if (at <= _now + horizon && at <= request.Deadline)
            {
                Take(request, at);
                continue;
            }

            var position = behind[request.Endpoint] = behind.GetValueOrDefault(request.Endpoint) + 1;
            var expected = at + (_spacing * (position - 1));
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
        var lanes = waiting.GroupBy(request => request.Lane).ToDictionary(lane => lane.Key, lane => new Queue<PermitRequest>(lane));
        var used = lanes.ToDictionary(lane => lane.Key, lane => Account.Taken.Count(slot => slot.Lane == lane.Key));
        while (lanes.Count > 0)
        {
            var lane = lanes.Keys.OrderBy(lane => lane).MinBy(lane => (double)used[lane] / lane.Weight());
            used[lane]++;
            yield return lanes[lane].Dequeue();
            if (lanes[lane].Count == 0)
            {
                lanes.Remove(lane);
            }
        }
    }

    private DateTimeOffset Earliest(string endpoint)
    {
        var calendar = _calendars[RateLimitStore.EndpointBucket(endpoint)];
        var at = _now;
        while (true)
        {
            var later = calendar.Earliest(Account.Earliest(at));
            if (later == at)
            {
                return at;
            }

            at = later;
        }
    }

    private void Take(PermitRequest request, DateTimeOffset at)
    {
        var slot = new Slot(at, request.Lane);
        Account.Take(slot);
        Touch(request.Endpoint).Take(slot);
        Placed.Add((request, slot));
    }

    private SlotCalendar Touch(string endpoint)
    {
        var name = RateLimitStore.EndpointBucket(endpoint);
        _touched.Add(RateLimitStore.AccountBucket);
        _touched.Add(name);
        return _calendars[name];
    }
}
