namespace BillingFunctions.Tests.Fakes;

public sealed class ManualTimeProviderTests
{
    [Fact]
    public async Task Advance_PastADelay_CompletesIt()
    {
        var clock = new ManualTimeProvider();
        var delay = Task.Delay(TimeSpan.FromDays(30), clock, TestContext.Current.CancellationToken);

        clock.Advance(TimeSpan.FromDays(29));
        Assert.False(delay.IsCompleted);

        clock.Advance(TimeSpan.FromDays(1));
        await delay;
    }
}
