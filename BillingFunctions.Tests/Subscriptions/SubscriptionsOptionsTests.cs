using BillingFunctions.Subscriptions;

namespace BillingFunctions.Tests.Subscriptions;

public sealed class SubscriptionsOptionsTests
{
    [Theory]
    [InlineData(null, 0)]
    [InlineData("", 0)]
    [InlineData("0", 0)]
    [InlineData("00:00:00", 0)]
    [InlineData("36:00:00", -1)]
    [InlineData("12:30:00", 45_000)]
    [InlineData("3.00:00:00", 259_200)]
    [InlineData("365.00:00:00", 31_536_000)]
    [InlineData("365.00:00:01", -1)]
    [InlineData("-1.00:00:00", -1)]
    [InlineData("-00:00:01", -1)]
    [InlineData("72", -1)]
    [InlineData("3 days", -1)]
    public void Validate_GracePeriod_IsATimeUpToAYear(string? text, int seconds)
    {
        var options = new SubscriptionsOptions { GracePeriod = text };

        var result = new SubscriptionsOptionsValidator().Validate(null, options);

        Assert.Equal(seconds >= 0, result.Succeeded);
        if (seconds >= 0)
        {
            Assert.Equal(TimeSpan.FromSeconds(seconds), options.Grace);
        }
        else
        {
            Assert.Contains($"Subscriptions__GracePeriod is '{text}'; it must be", result.FailureMessage, StringComparison.Ordinal);
        }
    }
}
