using BillingFunctions.Simulators.Salesforce.Records;

namespace BillingFunctions.Tests.Simulators.Salesforce.Records;

public sealed class SalesforceIdTests
{
    [Theory]
    [InlineData("001D000000IqhSL", "001D000000IqhSLIAZ")]
    [InlineData("001D000000IqhSLIAZ", "001D000000IqhSLIAZ")]
    [InlineData("001D000000IqhSLAAA", null)]
    [InlineData("001D000000IqhS", null)]
    [InlineData("001D000000IqhS-", null)]
    public void Normalize_AnyText_GivesTheIdWithItsSuffixOrNull(string given, string? expected)
        => Assert.Equal(expected, SalesforceId.Normalize(given));
}
