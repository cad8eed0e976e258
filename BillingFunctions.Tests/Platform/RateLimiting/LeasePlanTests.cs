using BillingFunctions.Platform.RateLimiting;

namespace BillingFunctions.Tests.Platform.RateLimiting;

public sealed class LeasePlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Horizon = TimeSpan.FromMilliseconds(300);
    private static readonly RateLimit Twenty = new(20, TimeSpan.FromSeconds(1));
    private static readonly SharedLimit Account = new("account", Twenty, Pace: 0.5);
    private static readonly RateLimitLane Interactive = new(0, 6);
    private static readonly RateLimitLane ItemSync = new(1, 3);
    private static readonly RateLimitLane Export = new(2, 1);

    [Fact]
    public void Place_MoreThanTheHorizonHolds_KeepsTheRestInLine()
    {
        var plan = Plan("customers");

        plan.Place(Requests("customers", Export, 30), Horizon);

        Assert.Equal(7, plan.Placed.Count);
        Assert.Empty(plan.TurnedAway);
        Assert.True(plan.Next > Now + Horizon);
    }

    [Fact]
    public void Place_BeyondTheDeadline_IsTurnedAwayWithATimeForEach()
    {
        var plan = Plan("customers");

        plan.Place(Requests("customers", Export, 60, patience: TimeSpan.FromSeconds(1)), Horizon);

        Assert.NotEmpty(plan.TurnedAway);
        Assert.All(plan.TurnedAway, turnedAway => Assert.True(turnedAway.RetryAt > Now + TimeSpan.FromSeconds(1)));
        Assert.Equal(plan.TurnedAway.Count, plan.TurnedAway.DistinctBy(turnedAway => turnedAway.RetryAt).Count());
    }

    [Fact]
    public void Place_AnInteractiveCallBehindExports_GoesFirst()
    {
        var plan = Plan("customers");
        var exports = Requests("customers", Export, 10);
        var interactive = Requests("customers", Interactive, 1);

        plan.Place([.. exports, .. interactive], Horizon);

        Assert.Same(interactive[0], plan.Placed[0].Request);
    }

    [Fact]
    public void Place_AllLanesWait_EachGetsItsShare()
    {
        var lanes = new Dictionary<RateLimitLane, int>();
        var buckets = Buckets("customers");
        for (var now = Now; now < Now + TimeSpan.FromSeconds(10); now += TimeSpan.FromMilliseconds(150))
        {
            var plan = new LeasePlan([Account, Endpoint("customers")], now, buckets);
            plan.Place(new[] { Interactive, ItemSync, Export }.SelectMany(lane => Requests("customers", lane, 20, TimeSpan.FromHours(1))), Horizon);
            plan.Changes();
            foreach (var (request, _) in plan.Placed)
            {
                lanes[request.Lane] = lanes.GetValueOrDefault(request.Lane) + 1;
            }
        }

        var total = lanes.Values.Sum();
        Assert.InRange(lanes[Interactive] / (double)total, 0.55, 0.65);
        Assert.InRange(lanes[ItemSync] / (double)total, 0.25, 0.35);
        Assert.InRange(lanes[Export] / (double)total, 0.05, 0.15);
    }

    [Fact]
    public void Place_TwoEndpoints_KeepTheirOwnAndTheAccountsLimit()
    {
        var account = Account with { Limit = new RateLimit(30, TimeSpan.FromSeconds(1)) };
        var buckets = Buckets("customers", "invoices");
        var slots = new List<(string Endpoint, DateTimeOffset At)>();
        for (var now = Now; now < Now + TimeSpan.FromSeconds(5); now += TimeSpan.FromMilliseconds(100))
        {
            var plan = new LeasePlan([account, Endpoint("customers"), Endpoint("invoices")], now, buckets);
            plan.Place([.. Requests("customers", Export, 20), .. Requests("invoices", Export, 20)], Horizon);
            plan.Changes();
            slots.AddRange(plan.Placed.Select(placed => (placed.Request.Limits[1].Name, placed.Slot.At)));
        }

        SlotCalendarTests.AssertNeverExceeded(account.Limit, slots.Select(slot => slot.At));
        SlotCalendarTests.AssertNeverExceeded(Twenty, slots.Where(slot => slot.Endpoint == "endpoint-customers").Select(slot => slot.At));
        SlotCalendarTests.AssertNeverExceeded(Twenty, slots.Where(slot => slot.Endpoint == "endpoint-invoices").Select(slot => slot.At));
        Assert.InRange(slots.Count(slot => slot.At < Now + TimeSpan.FromSeconds(5)), 0.94 * 150, 150);
    }

    [Fact]
    public void Place_AfterA429_GoesAtHalfTheRateUntilItHasRecovered()
    {
        var buckets = Buckets("customers");
        buckets["endpoint-customers"].SlowDown("endpoint-rate", Now);

        Assert.Equal(10, InOneSecond(Now));
        Assert.Equal(20, InOneSecond(Now + TimeSpan.FromSeconds(6)));

        int InOneSecond(DateTimeOffset now)
        {
            var plan = new LeasePlan([Account, Endpoint("customers")], now, buckets);
            plan.Place(Requests("customers", Export, 30), TimeSpan.FromSeconds(1));
            return plan.Placed.Count;
        }
    }

    private static LeasePlan Plan(string endpoint) => new([Account, Endpoint(endpoint)], Now, Buckets(endpoint));

    private static SharedLimit Endpoint(string name) => new($"endpoint-{name}", Twenty);

    private static Dictionary<string, RateLimitBucket> Buckets(params string[] endpoints) => endpoints
        .Select(Endpoint)
        .Append(Account)
        .ToDictionary(limit => limit.Name, limit => new RateLimitBucket { PartitionKey = "acct", RowKey = limit.Name });

    private static List<PermitRequest> Requests(string endpoint, RateLimitLane lane, int count, TimeSpan? patience = null) =>
        [.. Enumerable.Range(0, count).Select(_ => new PermitRequest([Account, Endpoint(endpoint)], lane, Now + (patience ?? TimeSpan.FromMinutes(1))))];
}
