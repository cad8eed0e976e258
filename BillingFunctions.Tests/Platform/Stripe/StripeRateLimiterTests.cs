using BillingFunctions.Benchmarks;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Platform.Stripe;

[Collection(nameof(Alone))]
public sealed class StripeRateLimiterTests(AzuriteFixture azurite)
{
    [Fact]
    public async Task WaitAsync_SixteenWorkersInTwoProcesses_UseTheLimitAndNeverExceedIt()
    {
        var limit = new RateLimit(25, TimeSpan.FromSeconds(1));

        var used = await LimiterBenchmark.RunWorkersAsync(azurite.NewAccount(), limit, processes: 2, workersEach: 8, seconds: 8);

        Assert.InRange(LimiterBenchmark.MostInAnyWindow(used, limit.Window), 1, limit.Permits);
        Assert.True(LimiterBenchmark.Use(used, limit) > 0.95, $"Only {LimiterBenchmark.Use(used, limit):P1} of the limit was used.");
    }
}
