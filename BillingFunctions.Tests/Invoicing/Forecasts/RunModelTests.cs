using BillingFunctions.Invoicing;
using BillingFunctions.Invoicing.Forecasts;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform.RateLimiting;

namespace BillingFunctions.Tests.Invoicing.Forecasts;

/// <summary>The forecast of a month's run against a simulated one.</summary>
public sealed class RunModelTests(ITestOutputHelper output)
{
    private const double Tolerance = 0.1;

    [Theory]
    [InlineData(200, "50/1", 0, 500)]
    [InlineData(20_000, "50/1", 0, 500)]
    [InlineData(5_000, "10/1", 0, 100)]
    [InlineData(2_000, "60/60", 0, 500)]
    [InlineData(20_000, "50/1", 0.3, 500)]
    public void Play_Run_IsWithinATenthOfTheSimulatedRun(long customers, string limit, double failures, int queueDepth)
    {
        var policy = InvoicePolicy.From(new InvoicingOptions { MaxQueueDepth = queueDepth }, sendsMails: true);
        var load = new RunLoad(customers, RateLimit.TryParse(limit, out var read) ? read : default, policy, failures);

        var course = RunModel.Play(load);

        var (duration, lookups, givenUp) = RunSimulation.Play(load, seed: 1);
        output.WriteLine($"{customers} {limit} {failures}: {course} against {duration}, {lookups} lookups, {givenUp} given up");
        Assert.Equal(duration.TotalSeconds, course.Duration.TotalSeconds, tolerance: Math.Max(duration.TotalSeconds * Tolerance, 60));
        Assert.Equal(lookups, course.Lookups, tolerance: lookups * Tolerance);
    }
}
