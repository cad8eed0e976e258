using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.Testing.Load;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Platform.RateLimiting;

[Collection(nameof(Alone))]
public sealed class StripeRateLimiterTests
{
    [Fact]
    public async Task WaitAsync_SixteenWorkersInTwoProcesses_UseTheLimitAndNeverExceedIt()
    {
        var limit = new RateLimit(25, TimeSpan.FromSeconds(1));

        // A storage emulator of its own: the shared one is slow while it writes down what all other tests have left in it.
        await using var emulator = await StorageEmulator.StartAsync(inMemory: false, TestContext.Current.CancellationToken);
        var storage = emulator.NewAccount();

        // A machine that is busy with something else can make them use less, never more: the best of three runs counts, but each must keep the limit.
        var best = 0.0;
        for (var run = 0; run < 3 && best <= 0.95; run++)
        {
            var load = await LimiterLoad.RunAsync(storage, limit, processes: 2, workersEach: 8, seconds: 8);
            Assert.InRange(load.MostInAnyWindow(), 1, limit.Permits);
            best = Math.Max(best, load.Use);
        }

        Assert.True(best > 0.95, $"Only {best:P1} of the limit was used.");
    }
}
