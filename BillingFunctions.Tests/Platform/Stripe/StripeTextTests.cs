using System.Text;
using System.Text.Json;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Webhooks.Applying;
using Stripe;

namespace BillingFunctions.Tests.Platform.Stripe;

/// <summary>A text that is none becomes U+FFFD, and all others stay as they are.</summary>
public sealed class StripeTextTests
{
    [Theory]
    [InlineData("\"\\ud800\"", "\ufffd")]
    [InlineData("\"a\\uDC00b\"", "a\ufffdb")]
    [InlineData("\"\\ud83d\\ud83d\\ude00\"", "\ufffd😀")]
    [InlineData("\"\\ud83d\\ude00\\ude00\"", "😀\ufffd")]
    [InlineData("\"\\ud83d\\u0041\"", "\ufffdA")]
    [InlineData("\"\\\\ud800\"", "\\ud800")]
    [InlineData("\"\\\\\\ud800\"", "\\\ufffd")]
    [InlineData("\"\\ud83d\\ude00\"", "😀")]
    [InlineData("\"\\ud8zz\"", null)]
    public void Parse_HalfOfACharacter_IsReplaced(string json, string? text)
    {
        if (text is null)
        {
            Assert.ThrowsAny<JsonException>(() => StripeText.Parse(json));
            return;
        }

        Assert.Equal(text, StripeText.Parse(json).GetString());
    }

    [Fact]
    public void Parse_HalfOfACharacterInAName_IsReplacedThereToo() =>
        Assert.Equal("x", StripeText.Parse("""{ "metadata": { "k\udbffey": "x" } }""").GetProperty("metadata").GetProperty("k\ufffdey").GetString());

    [Fact]
    public void Parse_BytesThatAreNoText_AreReplaced() =>
        Assert.Equal("a\ufffdb", StripeText.Parse([.. "\"a"u8, 0xff, .. "b\""u8]).GetString());

    [Fact]
    public void StripeEvent_WithSuchAName_IsRead()
    {
        var read = StripeEvent.Parse(Encoding.UTF8.GetBytes("""
            { "id": "evt_1", "type": "invoice.paid", "created": 1, "data": { "object": { "id": "in_1", "customer_name": "Ada \ud83d" } } }
            """));

        Assert.Equal("Ada \ufffd", read.Object.Text("customer_name"));
    }

    [Fact]
    public void StripePage_WithSuchAName_IsRead()
    {
        var page = StripePage.Read(new StripeResponse(System.Net.HttpStatusCode.OK, new HttpResponseMessage().Headers, """{ "data": [{ "id": "cus_1", "name": "\udfff" }, { "id": "cus_2", "name": "Ada" }], "has_more": false }"""), after: null);

        Assert.Equal(["\ufffd", "Ada"], page.Items.Select(item => item.Text("name")));
    }
}
