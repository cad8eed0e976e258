using System.Diagnostics;
using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.UsageBilling.Sync;
using BillingFunctions.UsageBilling.Sync.Forecasts;

namespace BillingFunctions.Tests.UsageBilling.Sync.Forecasts;

/// <summary>The forecast against a simulated run.</summary>
public sealed class SyncModelTests(ITestOutputHelper output)
{
    private const double Tolerance = 0.1;

    [Theory]
    [InlineData("small", 5, 20, "95/60", 24)]
    [InlineData("near the bound", 120, 50, "95/60", 12)]
    [InlineData("groups", 1_000, 20, "95/60", 4)]
    [InlineData("many organizations", 150, 1_000, "95/60", 12)]
    [InlineData("overload", 300, 100, "20/60", 6)]
    public void Play_Load_IsWithinATenthOfTheSimulatedRun(string name, double items, long organizations, string limit, int hours)
    {
        var load = new SyncLoad(
            items, organizations, [new SharedLimit("account", RateLimit.TryParse(limit, out var read) ? read : default, Pace: 0.5), new SharedLimit("endpoint", new RateLimit(20, TimeSpan.FromSeconds(1)))],
            new SyncOptions { MaxLinesPerInvoice = name == "overload" ? 25 : 250 }) { Duration = TimeSpan.FromHours(hours) };
        var began = Stopwatch.GetTimestamp();
        var course = SyncModel.Play(load);
        var modelled = Stopwatch.GetElapsedTime(began);
        for (var seed = 1; seed <= 3; seed++)
        {
            began = Stopwatch.GetTimestamp();
            var simulated = SyncSimulation.Play(load, seed);
            output.WriteLine($"{name} seed {seed} {Stopwatch.GetElapsedTime(began)}: {simulated}");
        }
        output.WriteLine($"{name} {modelled}: calls {course.CallsPerDay(load)} grouped {course.GroupedFrom} largest {course.LargestQueue:F0} oldest {course.OldestAge} drain {course.Drain} mode {course.State.Mode} q {course.State.Queued} sent {course.Sent} turns {course.Turns}");
    }
}
