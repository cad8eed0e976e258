using System.Text;
using BillingFunctions.Connectors.Salesforce;
using BillingFunctions.Connectors.Salesforce.Inbound;
using BillingFunctions.Platform.Capabilities;
using Microsoft.Extensions.Options;
using Simulated = BillingFunctions.Simulators.Salesforce.Messages.NoticeSignature;

namespace BillingFunctions.Tests.Connectors.Salesforce.Inbound;

public sealed class NoticeSignatureTests
{
    private const string Body = """{ "id": "001000000000001AAA" }""";

    [Fact]
    public void IsValid_SignedByEitherSecret_IsTrue()
    {
        Assert.True(IsValid("past, present", Simulated.Of(Body, "past")));
        Assert.True(IsValid("past, present", Simulated.Of(Body, "present")));
    }

    [Fact]
    public void IsValid_WithoutPrefixOrInCapitals_IsTrue()
    {
        var hex = Simulated.Of(Body, "present")["sha256=".Length..];

        Assert.True(IsValid("present", hex));
        Assert.True(IsValid("present", $"SHA256={hex.ToUpperInvariant()}"));
    }

    [Fact]
    public void IsValid_AnythingElse_IsFalse()
    {
        var signature = Simulated.Of(Body, "present");

        foreach (var header in new[] { null, "", "sha256=", "hello", Simulated.Of(Body, "other"), Simulated.Of(Body + " ", "present"), signature[..^2], signature + "00", signature[..^1] + "g", "sha256=" + signature })
        {
            Assert.False(IsValid("present", header), header);
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData(" , ")]
    public void IsValid_NoSecret_NamesTheSetting(string? secrets)
    {
        var off = Assert.Throws<SettingMissingException>(() => IsValid(secrets, Simulated.Of(Body, "")));

        Assert.Equal(["Salesforce__NoticeSecret"], off.Settings);
    }

    private static bool IsValid(string? secrets, string? header) =>
        new NoticeSignature(Options.Create(new SalesforceOptions { NoticeSecret = secrets })).IsValid(Encoding.UTF8.GetBytes(Body), header);
}
