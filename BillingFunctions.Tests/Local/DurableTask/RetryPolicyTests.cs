using BillingFunctions.Local.DurableTask.Replay;
using Microsoft.DurableTask;

namespace BillingFunctions.Tests.Local.DurableTask;

public sealed class RetryPolicyTests
{
    private static readonly TaskFailureDetails Failure = new("System.TimeoutException", "late", null, null, null);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 2)]
    [InlineData(3, 4)]
    [InlineData(4, 5)]
    public void PauseAfter_Doubling_GrowsUpToTheLongest(int attempt, int seconds)
    {
        var policy = new RetryPolicy(9, TimeSpan.FromSeconds(1), 2, TimeSpan.FromSeconds(5));

        Assert.Equal(TimeSpan.FromSeconds(seconds), RetryLoop.PauseAfter(policy, attempt, Failure, TimeSpan.Zero));
    }

    [Fact]
    public void PauseAfter_AttemptsTimeoutOrHandlerForbid_GivesUp()
    {
        var second = TimeSpan.FromSeconds(1);

        Assert.Null(RetryLoop.PauseAfter(new RetryPolicy(3, second), 3, Failure, TimeSpan.Zero));
        Assert.Null(RetryLoop.PauseAfter(new RetryPolicy(9, second, retryTimeout: second), 1, Failure, second));
        Assert.Null(RetryLoop.PauseAfter(
            new RetryPolicy(9, second) { HandleFailure = failure => failure.IsCausedBy<FormatException>() }, 1, Failure, TimeSpan.Zero));
    }

    [Fact]
    public void PauseAfter_NoLongestPause_DoesNotOverflow()
    {
        var policy = new RetryPolicy(int.MaxValue, TimeSpan.FromDays(1), 10, Timeout.InfiniteTimeSpan);

        Assert.Equal(TimeSpan.FromDays(365_000), RetryLoop.PauseAfter(policy, 500, Failure, TimeSpan.Zero));
    }

    [Fact]
    public void Constructor_OutOfRange_Throws()
    {
        var second = TimeSpan.FromSeconds(1);

        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(0, second));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, second, 0.9));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, second, 1, TimeSpan.Zero));
        Assert.Throws<ArgumentOutOfRangeException>(() => new RetryPolicy(1, second, 1, second, TimeSpan.Zero));
        Assert.Equal(TimeSpan.FromHours(1), new RetryPolicy(1, second).MaxRetryInterval);
        Assert.Equal(Timeout.InfiniteTimeSpan, new RetryPolicy(1, second).RetryTimeout);
    }
}
