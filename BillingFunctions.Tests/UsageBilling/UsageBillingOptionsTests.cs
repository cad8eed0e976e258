using BillingFunctions.UsageBilling;

namespace BillingFunctions.Tests.UsageBilling;

public sealed class UsageBillingOptionsTests
{
    [Theory]
    [InlineData(null, "2026-04-02T00:00:00Z")]
    [InlineData("", "2026-04-02T00:00:00Z")]
    [InlineData("00:00:00", "2026-04-01T00:00:00Z")]
    [InlineData("06:30:00", "2026-04-01T06:30:00Z")]
    [InlineData("1.00:00:00", "2026-04-02T00:00:00Z")]
    [InlineData("28.00:00:00", "2026-04-29T00:00:00Z")]
    public void ClosesAt_Allowed_IsSoLongBehindTheMonth(string? closeAfter, string closesAt)
    {
        var options = new UsageBillingOptions { CloseAfter = closeAfter };

        Assert.True(new UsageBillingOptionsValidator().Validate(null, options).Succeeded);
        Assert.Equal(DateTimeOffset.Parse(closesAt, null), options.ClosesAt("2026-03"));
    }

    [Theory]
    [InlineData("1")]
    [InlineData("24:00:00")]
    [InlineData("-01:00:00")]
    [InlineData("28.00:00:01")]
    [InlineData("a day")]
    public void Validate_WrongTime_NamesTheSettingAndWhatIsAllowed(string closeAfter)
    {
        var failure = new UsageBillingOptionsValidator().Validate(null, new UsageBillingOptions { CloseAfter = closeAfter }).FailureMessage;

        Assert.Contains($"UsageBilling__CloseAfter is '{closeAfter}'; it must be", failure, StringComparison.Ordinal);
    }
}
