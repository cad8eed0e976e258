using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.UsageBilling.Sync;
using BillingFunctions.UsageBilling.Sync.Forecasts;
using BillingFunctions.UsageBilling.Sync.Overview;

namespace BillingFunctions.Tests.UsageBilling.Sync.Overview;

public sealed class SyncForecastTests
{
    private static readonly RateLimit Limit = new(95, TimeSpan.FromMinutes(1));
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);
    private static readonly SharedLimit Endpoint = new("endpoint", new RateLimit(20, Second));

    [Fact]
    public void Of_FewItems_GoOneByOne()
    {
        var forecast = Forecast(items: 30, organizations: 20);

        Assert.Equal((SyncMode.Realtime, 1, 0, true), (forecast.Mode, forecast.GroupSize, forecast.QueueSize, forecast.Keeps));

        // Besides a call for each: a list of lines behind the tenth of 250, a further draft after each 250, and six calls a month for each organization's invoice.
        // Of items that come for an organization in the same five seconds, one list is enough.
        const double Items = 30 * 24 * 60;
        Assert.Equal(Items * (1 + (240 / 250d) + (1 / 250d)) + 4, forecast.CallsPerDay, tolerance: Items * 0.07);
        Assert.Equal(60 / 95d, forecast.BudgetShare, tolerance: 0.05);
        Assert.Empty(forecast.Warnings);
    }

    [Fact]
    public void Of_SeldomItems_CostACallEach()
    {
        // Eight lines a month: Stripe shows them all in its answers.
        var forecast = Forecast(items: 1, organizations: 5_400);

        Assert.Equal((24 * 60) + (5_400 * 6 / 30d), forecast.CallsPerDay, tolerance: 25);
    }

    [Fact]
    public void Of_ALimitOfTheEndpointBelowTheAccounts_IsHeldByTheEndpoint()
    {
        var forecast = SyncForecast.From(new SyncLoad(3_000, 100_000, [new SharedLimit("account", new RateLimit(80, Second), Pace: 0.5), Endpoint], new SyncOptions()));

        Assert.Equal(SyncMode.Batched, forecast.Mode);
        Assert.InRange(forecast.BudgetShare, 0, 0.25);
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
        Assert.InRange(forecast.BudgetShare, 0.95, 1);
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

    private static SyncForecast Forecast(long items, long organizations) => SyncForecast.From(new SyncLoad(items, organizations, [new SharedLimit("account", Limit, Pace: 0.5), Endpoint], new SyncOptions()));
}
