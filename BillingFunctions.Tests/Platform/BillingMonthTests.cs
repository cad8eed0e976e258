using System.Globalization;
using BillingFunctions.Platform;

namespace BillingFunctions.Tests.Platform;

public sealed class BillingMonthTests
{
    [Theory]
    [InlineData("2026-03", true)]
    [InlineData("2000-01", true)]
    [InlineData("9998-12", true)]
    [InlineData("1999-12", false)]
    [InlineData("9999-01", false)]
    [InlineData("2026-3", false)]
    [InlineData("2026-13", false)]
    [InlineData("2026-00", false)]
    [InlineData("2026-03-01", false)]
    [InlineData(" 2026-03", false)]
    [InlineData("2026-03 ", false)]
    [InlineData("+2026-03", false)]
    [InlineData("٢٠٢٦-03", false)]
    [InlineData("", false)]
    [InlineData(null, false)]
    public void TryParse_AnyText_TakesMonthsOnly(string? text, bool isMonth)
    {
        Assert.Equal(isMonth, BillingMonth.TryParse(text, out var month));
        if (isMonth)
        {
            Assert.Equal(text, month.ToString());
        }
    }

    [Theory]
    [InlineData("2026-03", "2026-03-31T23:59:59.999Z", false)]
    [InlineData("2026-03", "2026-04-01T00:00:00Z", true)]
    [InlineData("2026-03", "2026-04-01T01:00:00+02:00", false)]
    [InlineData("2026-03", "2026-03-31T22:00:00-02:00", true)]
    [InlineData("2024-02", "2024-02-29T23:00:00Z", false)]
    [InlineData("2025-12", "2026-01-01T00:00:00Z", true)]
    public void HasEnded_AtAnyTime_GoesByUtc(string month, string now, bool hasEnded) =>
        Assert.Equal(hasEnded, BillingMonth.Parse(month).HasEnded(DateTimeOffset.Parse(now, CultureInfo.InvariantCulture)));

    [Fact]
    public void Previous_InJanuary_IsDecember() =>
        Assert.Equal("2025-12", BillingMonth.From(DateTimeOffset.Parse("2026-01-31T23:30:00Z", CultureInfo.InvariantCulture)).Previous.ToString());
}
