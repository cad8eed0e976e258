using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.UsageBilling.Sync;
using BillingFunctions.UsageBilling.Sync.Overview;

namespace BillingFunctions.Tests.UsageBilling.Sync.Overview;

public sealed class SyncForecastTests
{
    private static readonly RateLimit Limit = new(95, TimeSpan.FromMinutes(1));

    [Fact]
    public void Of_FewItems_GoOneByOne()
    {
        var forecast = Forecast(items: 60, organizations: 20);

        Assert.Equal((SyncMode.Realtime, 1, 0, true), (forecast.Mode, forecast.GroupSize, forecast.QueueSize, forecast.Keeps));

        // And six calls a month for each organization's invoice.
        Assert.Equal((60 * 24 * 60) + 4, forecast.CallsPerDay);
        Assert.Equal(60 / 95d, forecast.BudgetShare, tolerance: 0.0001);
        Assert.Empty(forecast.Warnings);
    }

    [Fact]
    public void Of_ManyItemsOfFewOrganizations_AreGroupedAndFit()
    {
        var forecast = Forecast(items: 2_000, organizations: 20);

        Assert.True(forecast.Keeps);
        Assert.InRange(forecast.CallsPerDay, 20 * 24 * 60, 95 * 24 * 60);
        Assert.Empty(forecast.Warnings);
    }

    [Fact]
    public void Of_MoreThanFullInvoicesTake_DoesNotKeepAndWarns()
    {
        var forecast = Forecast(items: 100_000, organizations: 1_000);

        Assert.Equal((SyncMode.Batched, 250, false), (forecast.Mode, forecast.GroupSize, forecast.Keeps));
        Assert.Equal(1, forecast.BudgetShare, tolerance: 0.001);
        Assert.Contains(forecast.Warnings, warning => warning.Contains("hours until all that is queued", StringComparison.Ordinal));
        Assert.Contains(forecast.Warnings, warning => warning.Contains("the queue grows", StringComparison.Ordinal));
    }

    [Fact]
    public void Of_MoreOrganizationsThanThirtyForEachDailyCall_Warns()
    {
        var atTheBound = 30L * 95 * 60 * 24;

        Assert.DoesNotContain(Forecast(items: 1, atTheBound).Warnings, IsAboutOrganizations);
        Assert.Contains(Forecast(items: 1, atTheBound + 1).Warnings, IsAboutOrganizations);

        static bool IsAboutOrganizations(string warning) => warning.Contains("organizations share", StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(10_000_000, 1)]
    [InlineData(10_000_000, 1_000_000_000)]
    public void Of_AnyLoad_StaysWithinTheBudget(long items, long organizations)
    {
        var forecast = Forecast(items, organizations);

        Assert.InRange(forecast.BudgetShare, 0, 1);
        Assert.InRange(forecast.QueueSize, 0, forecast.LargestQueue);
        Assert.True(forecast.DelaySeconds >= 0);
    }

    private static SyncForecast Forecast(long items, long organizations) => SyncForecast.From(items, organizations, Limit, new SyncOptions());
}
