using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.UsageBilling.Sync;
using BillingFunctions.UsageBilling.Sync.Forecasts;

namespace BillingFunctions.Tests.UsageBilling.Sync.Forecasts;

/// <summary>The forecast against simulated runs, on average over two courses of chance.</summary>
public sealed class SyncModelTests(ITestOutputHelper output)
{
    private const double Tolerance = 0.1;

    /// <summary>What a wait may differ by in any case: the model goes in steps of five seconds, and an item waits a minute for others. Nobody plans by less.</summary>
    private const double Seconds = 60;

    /// <summary>What the queue may differ by in any case: the model does not see the few items that come at the same moment.</summary>
    private const double Items = 20;

    private static readonly SharedLimit Endpoint = new("endpoint", new RateLimit(20, TimeSpan.FromSeconds(1)));

    /// <param name="items">How many items a minute.</param>
    /// <param name="organizations">Of how many organizations.</param>
    /// <param name="limit">The limit of the account.</param>
    /// <param name="hours">For how long.</param>
    /// <param name="maxLines">How many lines an invoice holds; few in the overload, so that it takes few items.</param>
    [Theory]
    [InlineData(5, 20, "95/60", 12, 250)] // small, in real time
    [InlineData(44, 50, "95/60", 6, 250)] // just below the bound of groups: with its lists of lines it uses the limit
    [InlineData(600, 100, "2/1", 0.75, 250)] // groups that keep up
    [InlineData(160, 600, "40/60", 3, 250)] // many organizations, which wait for budget to spare
    [InlineData(60, 3, "6/60", 2, 10)] // more than full invoices take
    public void Play_Load_IsWithinATenthOfTheSimulatedRuns(double items, long organizations, string limit, double hours, int maxLines)
    {
        var load = LoadOf(items, organizations, limit, new SyncOptions { MaxLinesPerInvoice = maxLines }) with { Duration = TimeSpan.FromHours(hours) };

        var course = SyncModel.Play(load);

        SimulatedCourse[] runs = [SyncSimulation.Play(load, seed: 1), SyncSimulation.Play(load, seed: 2)];
        output.WriteLine($"{course with { Points = [] }}\nagainst {string.Join("\nand ", runs.AsEnumerable())}");
        AssertNear(runs.Average(run => run.CallsPerDay), course.CallsPerDay(load), floor: 1);
        AssertNear(runs.Average(run => run.LargestQueue), course.LargestQueue, Items);
        AssertNear(runs.Average(run => run.OldestAge.TotalSeconds), course.OldestAge.TotalSeconds, Seconds);
        AssertNear(runs.Average(run => run.Drain.TotalSeconds), course.Drain.TotalSeconds, Seconds);
        Assert.All(runs, run => Assert.Equal(run.GroupedFrom is null, course.GroupedFrom is null));
        AssertNear(runs.Average(run => run.GroupedFrom?.TotalSeconds ?? 0), course.GroupedFrom?.TotalSeconds ?? 0, Seconds);
    }

    [Fact]
    public void Play_InADailyWindow_SendsNothingOutsideOfIt()
    {
        var load = LoadOf(10, 100, "95/60", new SyncOptions { Mode = "scheduled", Window = "06:00-08:00" });

        var course = SyncModel.Play(load);

        var outside = course.Points.Where(point => point.At < TimeSpan.FromHours(6) || point.At > TimeSpan.FromHours(8.25));
        Assert.All(outside, point => Assert.InRange(point.CallsPerMinute, 0, 1));
        Assert.InRange(course.LargestQueue, 10 * 60 * 15, 10 * 60 * 17);
        Assert.Equal(TimeSpan.Zero, course.GroupedFrom);
    }

    private static SyncLoad LoadOf(double items, long organizations, string limit, SyncOptions options) =>
        new(items, organizations, [new SharedLimit("account", RateLimit.TryParse(limit, out var read) ? read : throw new FormatException(limit), Pace: 0.5), Endpoint], options);

    private static void AssertNear(double simulated, double forecast, double floor) => Assert.Equal(simulated, forecast, tolerance: Math.Max(simulated * Tolerance, floor));
}
