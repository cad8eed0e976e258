using BillingFunctions.Platform.RateLimiting;

namespace BillingFunctions.Tests.Platform.RateLimiting;

public sealed class RateLimitTests
{
    [Theory]
    [InlineData("20/1", 20, 1)]
    [InlineData("1/3600", 1, 3600)]
    [InlineData("1000/1", 1000, 1)]
    public void TryParse_WellFormed_Reads(string text, int permits, int seconds)
    {
        Assert.True(RateLimit.TryParse(text, out var limit));

        Assert.Equal(new RateLimit(permits, TimeSpan.FromSeconds(seconds)), limit);
        Assert.Equal(text, limit.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("20")]
    [InlineData("0/1")]
    [InlineData("20/0")]
    [InlineData("-20/1")]
    [InlineData("1001/1")]
    [InlineData("20/3601")]
    [InlineData("20/1/1")]
    [InlineData("20 / 1")]
    [InlineData("1e3/1")]
    public void TryParse_Malformed_IsRefused(string? text) => Assert.False(RateLimit.TryParse(text, out _));
}
