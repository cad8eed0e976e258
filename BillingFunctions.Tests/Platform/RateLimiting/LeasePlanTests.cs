using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.Platform.Stripe;

namespace BillingFunctions.Tests.Platform.RateLimiting;

public sealed class LeasePlanTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan Horizon = TimeSpan.FromMilliseconds(300);
    private static readonly RateLimit Twenty = new(20, TimeSpan.FromSeconds(1));

    [Fact]
    public void Place_MoreThanTheHorizonHolds_KeepsTheRestInLine()
    {
        var plan = Plan("customers");

        plan.Place(Requests("customers", StripeLane.Export, 30), Horizon);

        Assert.Equal(7, plan.Placed.Count);
        Assert.Empty(plan.TurnedAway);
        Assert.True(plan.Next > Now + Horizon);
    }

    [Fact]
    public void Place_BeyondTheDeadline_IsTurnedAwayWithATimeForEach()
    {
        var plan = Plan("customers");

        plan.Place(Requests("customers", StripeLane.Export, 60, patience: TimeSpan.FromSeconds(1)), Horizon);

        Assert.NotEmpty(plan.TurnedAway);
        Assert.All(plan.TurnedAway, turnedAway => Assert.True(turnedAway.RetryAt > Now + TimeSpan.FromSeconds(1)));
        Assert.Equal(plan.TurnedAway.Count, plan.TurnedAway.DistinctBy(turnedAway => turnedAway.RetryAt).Count());
    }

    [Fact]
    public void Place_AnInteractiveCallBehindExports_GoesFirst()
    {
        var plan = Plan("customers");
        var exports = Requests("customers", StripeLane.Export, 10);
        var interactive = Requests("customers", StripeLane.Interactive, 1);

        plan.Place([.. exports, .. interactive], Horizon);

        Assert.Same(interactive[0], plan.Placed[0].Request);
    }

    [Fact]
    public void Place_AllLanesWait_EachGetsItsShare()
    {
        var lanes = new Dictionary<StripeLane, int>();
        var buckets = Buckets("customers");
        for (var now = Now; now < Now + TimeSpan.FromSeconds(10); now += TimeSpan.FromMilliseconds(150))
        {
            var plan = new LeasePlan(Twenty, Twenty, now, buckets);
            plan.Place(Enum.GetValues<StripeLane>().SelectMany(lane => Requests("customers", lane, 20, TimeSpan.FromHours(1))), Horizon);
            plan.Changes();
            foreach (var (request, _) in plan.Placed)
            {
                lanes[request.Lane] = lanes.GetValueOrDefault(request.Lane) + 1;
            }
        }

        var total = lanes.Values.Sum();
        Assert.InRange(lanes[StripeLane.Interactive] / (double)total, 0.55, 0.65);
        Assert.InRange(lanes[StripeLane.ItemSync] / (double)total, 0.25, 0.35);
        Assert.InRange(lanes[StripeLane.Export] / (double)total, 0.05, 0.15);
    }

    [Fact]
    public void Place_TwoEndpoints_KeepTheirOwnAndTheAccountsLimit()
    {
        var account = new RateLimit(30, TimeSpan.FromSeconds(1));
        var buckets = Buckets("customers", "invoices");
        var slots = new List<(string Endpoint, DateTimeOffset At)>();
        for (var now = Now; now < Now + TimeSpan.FromSeconds(5); now += TimeSpan.FromMilliseconds(100))
        {
            var plan = new LeasePlan(account, Twenty, now, buckets);
            plan.Place([.. Requests("customers", StripeLane.Export, 20), .. Requests("invoices", StripeLane.Export, 20)], Horizon);
            plan.Changes();
            slots.AddRange(plan.Placed.Select(placed => (placed.Request.Endpoint, placed.Slot.At)));
        }

        SlotCalendarTests.AssertNeverExceeded(account, slots.Select(slot => slot.At));
        SlotCalendarTests.AssertNeverExceeded(Twenty, slots.Where(slot => slot.Endpoint == "customers").Select(slot => slot.At));
        SlotCalendarTests.AssertNeverExceeded(Twenty, slots.Where(slot => slot.Endpoint == "invoices").Select(slot => slot.At));
        Assert.InRange(slots.Count(slot => slot.At < Now + TimeSpan.FromSeconds(5)), 0.94 * 150, 150);
    }

    [Fact]
    public void Place_AfterA429_GoesAtHalfTheRateUntilItHasRecovered()
    {
        var buckets = Buckets("customers");
        buckets["endpoint-customers"].SlowDown(Now);

        Assert.Equal(10, InOneSecond(Now));
        Assert.Equal(20, InOneSecond(Now + TimeSpan.FromSeconds(6)));

        int InOneSecond(DateTimeOffset now)
        {
            var plan = new LeasePlan(Twenty, Twenty, now, buckets);
            plan.Place(Requests("customers", StripeLane.Export, 30), TimeSpan.FromSeconds(1));
            return plan.Placed.Count;
        }
    }

    private static LeasePlan Plan(params string[] endpoints) => new(Twenty, Twenty, Now, Buckets(endpoints));

    private static Dictionary<string, RateLimitBucket> Buckets(params string[] endpoints) => endpoints
        .Select(RateLimitStore.EndpointBucket)
        .Append(RateLimitStore.AccountBucket)
        .ToDictionary(name => name, name => new RateLimitBucket { PartitionKey = "acct", RowKey = name });

    private static List<PermitRequest> Requests(string endpoint, StripeLane lane, int count, TimeSpan? patience = null) =>
        [.. Enumerable.Range(0, count).Select(_ => new PermitRequest(endpoint, lane, Now + (patience ?? TimeSpan.FromMinutes(1))))];
}
