using System.Text.Json;
using Stripe;

namespace BillingFunctions.Tests.Local;

public sealed class StripeSignatureTests
{
    private const string Body = """{"id":"evt_1","object":"event"}""";
    private const string Secret = "whsec_test";
    private const long SignedAt = 1_700_000_000;

    // Computed with: printf '1700000000.…' | openssl dgst -sha256 -hmac whsec_test
    private const string Signature = "4c15fb2a43f93ef61eaa3e0893866d57cad9cad4223242cfb96f362480cb4021";
    private const string Header = $"t=1700000000,v1={Signature}";

    [Fact]
    public void ComputeSignature_KnownBody_IsOpenssls()
    {
        Assert.Equal(Signature, EventUtility.ComputeSignature(Secret, "1700000000", Body));
        Assert.Equal(Header, EventUtility.GenerateSignatureHeader(Body, Secret, SignedAt));
    }

    [Fact]
    public void GenerateSignatureHeader_WithoutTime_SignsNow()
        => EventUtility.ValidateSignature(Body, EventUtility.GenerateSignatureHeader(Body, Secret), Secret);

    [Theory]
    [InlineData(Header)]
    [InlineData($" {Header} ")]
    [InlineData($"v1={Signature}, t=1700000000")]
    [InlineData($"t=1700000000,v1=00,v1={Signature}")]
    [InlineData($"t=1700000000,v1={Signature},v1=00,v0=00,new=1=2")]
    [InlineData($"{Header},t=1")]
    public void ValidateSignature_OneV1Fits_Passes(string header) => Validate(header);

    [Theory]
    [InlineData("t=1700000000,v1=00")]
    [InlineData("t=1700000000,v1=")]
    [InlineData("t=1700000000")]
    [InlineData($"t=1700000000,v0={Signature}")]
    [InlineData($"t=1700000001,v1={Signature}")]
    [InlineData($"t=1,{Header}")]
    [InlineData($"v1={Signature}")]
    [InlineData($"t=,v1={Signature}")]
    public void ValidateSignature_NoV1Fits_Throws(string header)
        => Assert.Contains("signature", Assert.Throws<StripeException>(() => Validate(header)).Message, StringComparison.Ordinal);

    [Fact]
    public void ValidateSignature_UpperCaseDigits_Throws()
        => Assert.Throws<StripeException>(() => Validate($"t=1700000000,v1={Signature.ToUpperInvariant()}"));

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    [InlineData($"t=1700000000,v1={Signature},")]
    public void ValidateSignature_ItemWithoutValue_Throws(string header) => Assert.Throws<StripeException>(() => Validate(header));

    [Fact]
    public void ValidateSignature_OtherBodyOrSecret_Throws()
    {
        Assert.Throws<StripeException>(() => EventUtility.ValidateSignature(Body + "\n", Header, Secret, 300, SignedAt));
        Assert.Throws<StripeException>(() => EventUtility.ValidateSignature(Body, Header, "whsec_other", 300, SignedAt));
    }

    [Theory]
    [InlineData(300, true)]
    [InlineData(-300, true)]
    [InlineData(301, false)]
    [InlineData(-301, false)]
    public void ValidateSignature_AtTheBoundsOfTheTolerance_IsExact(int later, bool passes)
    {
        var thrown = Record.Exception(() => EventUtility.ValidateSignature(Body, Header, Secret, 300, SignedAt + later));

        Assert.Equal(passes, thrown is null);
        Assert.True(thrown is null || (thrown is StripeException && thrown.Message.Contains("tolerance", StringComparison.Ordinal)));
    }

    [Fact]
    public void ValidateSignature_DefaultTolerance_IsFiveMinutesOfTheRealClock()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();

        EventUtility.ValidateSignature(Body, EventUtility.GenerateSignatureHeader(Body, Secret, now - 290), Secret);
        Assert.Throws<StripeException>(
            () => EventUtility.ValidateSignature(Body, EventUtility.GenerateSignatureHeader(Body, Secret, now - 310), Secret));
        Assert.Throws<StripeException>(
            () => EventUtility.ValidateSignature(Body, EventUtility.GenerateSignatureHeader(Body, Secret, now + 310), Secret));
    }

    [Fact]
    public void ValidateSignature_SignedTimeIsNoNumber_ThrowsAsTheVendorDoes()
    {
        Assert.Throws<FormatException>(() => Validate($"t=soon,v1={EventUtility.ComputeSignature(Secret, "soon", Body)}"));
        Assert.Throws<OverflowException>(() => Validate($"t=9999999999,v1={EventUtility.ComputeSignature(Secret, "9999999999", Body)}"));
    }

    [Fact]
    public void ValidateSignature_BodyIsNoUnicode_Throws()
        => Assert.IsType<System.Text.EncoderFallbackException>(
            Assert.Throws<StripeException>(() => EventUtility.ValidateSignature("\ud800", Header, Secret, 300, SignedAt)).InnerException);

    [Fact]
    public void ConstructEvent_WrongSignatureOfWhatIsNoJson_ComplainsOfTheSignature()
    {
        Assert.Throws<StripeException>(() => EventUtility.ConstructEvent("not json", Header, Secret, 300, SignedAt));
        var header = EventUtility.GenerateSignatureHeader("not json", Secret, SignedAt);
        Assert.ThrowsAny<JsonException>(() => EventUtility.ConstructEvent("not json", header, Secret, 300, SignedAt));
    }

    private static void Validate(string header) => EventUtility.ValidateSignature(Body, header, Secret, 300, SignedAt);
}
