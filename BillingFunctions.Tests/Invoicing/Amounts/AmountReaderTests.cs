using System.Net;
using System.Text;
using BillingFunctions.Invoicing.Amounts;
using BillingFunctions.Platform;

namespace BillingFunctions.Tests.Invoicing.Amounts;

public sealed class AmountReaderTests
{
    [Theory]
    [InlineData("""{ "amount": 1250, "currency": "usd" }""", 1250, "usd")]
    [InlineData("""{ "amount": 1, "currency": "JPY" }""", 1, "jpy")]
    [InlineData("""{ "currency": "kwd", "amount": 999999999999, "note": { "amount": 3 } }""", 999_999_999_999, "kwd")]
    public void Read_AnAmount_IsDue(string body, long amount, string currency) =>
        Assert.Equal(AmountAnswer.Due(new Money(amount, currency)), Read(body));

    [Theory]
    [InlineData("""{ "amount": null, "currency": "usd" }""")]
    [InlineData("""{ "amount": null }""")]
    [InlineData("""{ "amount": 0, "currency": "usd" }""")]
    [InlineData("""{ "amount": 0 }""")]
    public void Read_NothingToPay_IsNoChargeWithAReason(string body) => AssertOutcome(AmountOutcome.NoCharge, Read(body));

    [Theory]
    [InlineData("""{ "amount": -1, "currency": "usd" }""")]
    [InlineData("""{ "amount": 12.5, "currency": "usd" }""")]
    [InlineData("""{ "amount": 12.0, "currency": "usd" }""")]
    [InlineData("""{ "amount": 1e3, "currency": "usd" }""")]
    [InlineData("""{ "amount": "1250", "currency": "usd" }""")]
    [InlineData("""{ "amount": true, "currency": "usd" }""")]
    [InlineData("""{ "amount": [1250], "currency": "usd" }""")]
    [InlineData("""{ "amount": 9223372036854775808, "currency": "usd" }""")]
    [InlineData("""{ "amount": 1000000000000, "currency": "usd" }""")]
    [InlineData("""{ "amount": 1250 }""")]
    [InlineData("""{ "amount": 1250, "currency": null }""")]
    [InlineData("""{ "amount": 1250, "currency": "" }""")]
    [InlineData("""{ "amount": 1250, "currency": "xyz" }""")]
    [InlineData("""{ "amount": 1250, "currency": "us" }""")]
    public void Read_WhatCannotBeBilled_IsRefusedAtOnce(string body) => AssertOutcome(AmountOutcome.Refused, Read(body));

    [Theory]
    [InlineData("")]
    [InlineData("""{ "amount": 12""")]
    [InlineData("<html>")]
    [InlineData("1250")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{ "amount": 1250, "currency": "\ud800" }""")]
    [InlineData("""{ "Amount": 1250, "currency": "usd" }""")]
    [InlineData("""{ "amount": 1250, "amount": 0, "currency": "usd" }""")]
    [InlineData("""{ "amount": 1250, "currency": "usd" } trailing""")]
    public void Read_WhatIsNoAnswer_IsTriedAgain(string body) => AssertOutcome(AmountOutcome.Failed, Read(body));

    [Theory]
    [InlineData(HttpStatusCode.NotFound, (int)AmountOutcome.NotFound)]
    [InlineData(HttpStatusCode.InternalServerError, (int)AmountOutcome.Failed)]
    [InlineData(HttpStatusCode.BadGateway, (int)AmountOutcome.Failed)]
    [InlineData(HttpStatusCode.ServiceUnavailable, (int)AmountOutcome.Failed)]
    [InlineData(HttpStatusCode.TooManyRequests, (int)AmountOutcome.Failed)]
    [InlineData(HttpStatusCode.RequestTimeout, (int)AmountOutcome.Failed)]
    [InlineData(HttpStatusCode.Unauthorized, (int)AmountOutcome.Failed)]
    [InlineData(HttpStatusCode.Forbidden, (int)AmountOutcome.Failed)]
    [InlineData(HttpStatusCode.BadRequest, (int)AmountOutcome.Refused)]
    [InlineData(HttpStatusCode.UnprocessableEntity, (int)AmountOutcome.Refused)]
    [InlineData(HttpStatusCode.Found, (int)AmountOutcome.Refused)]
    [InlineData(HttpStatusCode.NoContent, (int)AmountOutcome.Refused)]
    public void Read_OtherStatuses_NeverBecomeAnAmount(HttpStatusCode status, int outcome) =>
        AssertOutcome((AmountOutcome)outcome, AmountReader.Read(status, """{ "amount": 1250, "currency": "usd" }"""u8.ToArray(), null));

    [Theory]
    [InlineData("usd", (int)AmountOutcome.Due)]
    [InlineData("USD", (int)AmountOutcome.Due)]
    [InlineData("", (int)AmountOutcome.Due)]
    [InlineData(null, (int)AmountOutcome.Due)]
    [InlineData("eur", (int)AmountOutcome.Refused)]
    public void Read_CurrencyOfTheCustomer_MustBeTheSame(string? currency, int outcome) =>
        Assert.Equal((AmountOutcome)outcome, Read("""{ "amount": 1250, "currency": "usd" }""", currency).Outcome);

    [Fact]
    public void Read_LongNonsense_IsCutInTheReason() =>
        Assert.InRange(Read($$"""{ "amount": "{{new string('9', 5_000)}}" }""").Reason!.Length, 1, 200);

    private static AmountAnswer Read(string body, string? currency = null) => AmountReader.Read(HttpStatusCode.OK, Encoding.UTF8.GetBytes(body), currency);

    private static void AssertOutcome(AmountOutcome expected, AmountAnswer answer)
    {
        Assert.Equal((expected, (Money?)null), (answer.Outcome, answer.Amount));
        Assert.NotEmpty(answer.Reason!);
    }
}
