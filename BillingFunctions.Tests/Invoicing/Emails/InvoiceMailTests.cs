using BillingFunctions.Invoicing.Emails;
using BillingFunctions.Platform;
using BillingFunctions.Testing.Drivers;

namespace BillingFunctions.Tests.Invoicing.Emails;

public sealed class InvoiceMailTests
{
    private const string From = "Billing <billing@bücher.example>";

    [Theory]
    [InlineData(125_000, "usd", "1,250.00 USD")]
    [InlineData(5, "eur", "0.05 EUR")]
    [InlineData(1_250, "jpy", "1,250 JPY")]
    [InlineData(1_250, "kwd", "1.250 KWD")]
    [InlineData(1_234_567_890, "bhd", "1,234,567.890 BHD")]
    [InlineData(500_000, "isk", "5,000 ISK")]
    [InlineData(long.MaxValue, "usd", "92,233,720,368,547,758.07 USD")]
    public void Compose_AnyCurrency_ShowsTheAmountWithItsDecimals(long amount, string currency, string expected)
    {
        var mail = InvoiceMail.Compose(InvoiceMailDriver.Invoice() with { Amount = new Money(amount, currency) }, From);

        Assert.Contains($"Amount due: {expected}\n", mail.Text, StringComparison.Ordinal);
        Assert.Contains($"<strong>{expected}</strong>", mail.Html, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("ada@example.org", 1L, true)]
    [InlineData("ada@example.org", 0L, false)]
    [InlineData("ada@example.org", -1L, false)]
    [InlineData("ada@example.org", null, false)]
    [InlineData("ada", 1L, false)]
    public void ObstacleOf_Invoice_IsTheReasonNotToSend(string email, long? amount, bool canBeSent)
    {
        var invoice = InvoiceMailDriver.Invoice() with { Email = email, Amount = amount is { } value ? new Money(value, "usd") : null };

        Assert.Equal(canBeSent, InvoiceMail.ObstacleOf(invoice) is null);
    }

    [Fact]
    public void Compose_Twice_IsTheSameMail()
    {
        var mail = InvoiceMail.Compose(InvoiceMailDriver.Invoice(), From);

        Assert.Equal(mail, InvoiceMail.Compose(InvoiceMailDriver.Invoice() with { EmailAttempts = 3, SendAttemptId = "another" }, From));
        Assert.Equal(("Invoice for October 2026", "ada@example.org", "Ada"), (mail.Subject, mail.To, mail.ToName));
        Assert.Matches("^2026-10\\.[0-9a-f]{32}@xn--bcher-kva\\.example$", mail.MessageId);
        Assert.Contains("Hello Ada,\n\nthis is your invoice for October 2026.", mail.Text, StringComparison.Ordinal);
        Assert.Contains("Reference:  2026-10-cus_1\n", mail.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Compose_OtherCustomerOrMonth_HasAnotherMessageId()
    {
        var ids = new[] { InvoiceMailDriver.Invoice(), InvoiceMailDriver.Invoice("cus_2"), InvoiceMailDriver.Invoice("CUS_1"), InvoiceMailDriver.Invoice() with { Month = "2026-09" } }
            .Select(invoice => InvoiceMail.Compose(invoice, From).MessageId);

        Assert.Equal(4, ids.Distinct().Count());
    }

    [Fact]
    public void Compose_HostileNameAndId_AreTextAndNothingElse()
    {
        var invoice = InvoiceMailDriver.Invoice("<b>{{name}}</b>\r\n.\r\n\"") with { Name = "<script>alert('x')</script> & {{amount}} \"Ü\"\r\n\r\nPay to eve" };

        var mail = InvoiceMail.Compose(invoice, From);

        Assert.Contains("Hello <script>alert('x')</script> & {{amount}} \"Ü\" Pay to eve,\n", mail.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("<b>", mail.Html, StringComparison.Ordinal);
        Assert.Contains(System.Net.WebUtility.HtmlEncode("<script>"), mail.Html, StringComparison.Ordinal);
        Assert.DoesNotContain("1,250.00 USD \"", mail.Text, StringComparison.Ordinal);
    }

    /// <summary>Persian, Sinhala and emoji are misspelt without their joiners, and some Arabic signs are format characters that can be seen.</summary>
    [Theory]
    [InlineData("می\u200Cخواهم")]
    [InlineData("ක්\u200Dෂ")]
    [InlineData("Ada 👩\u200D💻 Lovelace")]
    [InlineData("\u0601١٢")]
    public void Compose_NameWithFormatCharacters_IsInTheBodyAsItIs(string name)
    {
        var mail = InvoiceMail.Compose(InvoiceMailDriver.Invoice() with { Name = name }, From);

        Assert.Contains($"Hello {name},\n", mail.Text, StringComparison.Ordinal);
        Assert.Contains($"Hello {name},", System.Net.WebUtility.HtmlDecode(mail.Html), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Ada\r\nPay to eve", "Ada Pay to eve")]
    [InlineData("Ada\u2028\u2029\u0085\0\t x\uD800", "Ada x")]
    public void Compose_NameWithLineBreaks_IsOneLineOfTheBody(string name, string expected) =>
        Assert.Contains($"Hello {expected},\n", InvoiceMail.Compose(InvoiceMailDriver.Invoice() with { Name = name }, From).Text, StringComparison.Ordinal);

    [Fact]
    public void Compose_NoName_GreetsAllTheSame()
    {
        var mail = InvoiceMail.Compose(InvoiceMailDriver.Invoice() with { Name = "" }, From);

        Assert.StartsWith("Hello,\n", mail.Text, StringComparison.Ordinal);
        Assert.Contains("<p>Hello,</p>", mail.Html, StringComparison.Ordinal);
    }
}
