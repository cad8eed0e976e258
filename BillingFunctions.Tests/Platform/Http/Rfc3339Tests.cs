using BillingFunctions.Platform.Http;

namespace BillingFunctions.Tests.Platform.Http;

public sealed class Rfc3339Tests
{
    [Theory]
    [InlineData("2026-03-01T00:00:00Z", "2026-03-01T00:00:00.000Z")]
    [InlineData("2026-03-01T02:30:00+02:30", "2026-03-01T00:00:00.000Z")]
    [InlineData("2026-03-01T00:00:00.25Z", "2026-03-01T00:00:00.250Z")]
    public void TryParse_WithOffset_IsThatMoment(string text, string utc)
    {
        Assert.True(Rfc3339.TryParse(text, out var time));

        Assert.Equal(utc, time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("2026-03-01")]
    [InlineData("2026-03-01T00:00:00")]
    [InlineData("2026-02-30T00:00:00Z")]
    [InlineData("1767225600")]
    public void TryParse_NoMoment_IsRefused(string text) => Assert.False(Rfc3339.TryParse(text, out _));
}
