using System.Text;
using System.Text.Json;
using BillingFunctions.Platform.Http;
using BillingFunctions.Testing.Builders;
using BillingFunctions.UsageBilling.Items;

namespace BillingFunctions.Tests.UsageBilling.Items;

public sealed class ItemFieldsTests
{
    private static readonly string Invoice = UsageBuilder.InvoiceId().ToString();

    [Theory]
    [InlineData("""{"amount":1200,"description":" usage ","invoice":"$"}""")]
    [InlineData("""{"amount":1200,"description":"usage","invoice_id":"$"}""")]
    [InlineData("""{"amount":1200,"description":"usage","invoice":"$","invoice_id":"$"}""")]
    [InlineData("""{"invoice_item":{"amount":1200,"description":"usage"},"invoice":"$"}""")]
    [InlineData("""{"invoice_item":{"amount":1200,"description":"usage","invoice":"$"}}""")]
    public void ReadNew_WrappedOrPlain_IsTheSame(string body)
    {
        var (fields, errors) = ReadNew(body);

        Assert.False(errors.Any);
        Assert.Equal(new ItemFields(UsageBuilder.InvoiceId(), new InvoiceLine(1200, "usage", null, null, UsageBuilder.Time), null), fields);
    }

    [Theory]
    [InlineData("""{"invoice":"$"}""", "amount")]
    [InlineData("""{"invoice":"$","amount":null}""", "amount")]
    [InlineData("""{"invoice":"$","amount":12.5}""", "amount")]
    [InlineData("""{"invoice":"$","amount":"12"}""", "amount")]
    [InlineData("""{"invoice":"$","amount":1e400}""", "amount")]
    [InlineData("""{"invoice":"$","amount":9223372036854775808}""", "amount")]
    [InlineData("""{"invoice":"$","amount":1000000000000}""", "amount")]
    [InlineData("""{"invoice":"$","amount":true}""", "amount")]
    [InlineData("""{"amount":1}""", "invoice")]
    [InlineData("""{"amount":1,"invoice":5}""", "invoice")]
    [InlineData("""{"amount":1,"invoice":"ii_1"}""", "invoice")]
    [InlineData("""{"amount":1,"invoice_id":"org_1"}""", "invoice_id")]
    [InlineData("""{"amount":1,"invoice":"$","invoice_id":"inv_1"}""", "invoice_id")]
    [InlineData("""{"amount":1,"invoice":"$","currency":"xyz"}""", "currency")]
    [InlineData("""{"amount":1,"invoice":"$","currency":"us dollars"}""", "currency")]
    [InlineData("""{"amount":1,"invoice":"$","quantity":-1}""", "quantity")]
    [InlineData("""{"amount":1,"invoice":"$","quantity":1.5}""", "quantity")]
    [InlineData("""{"amount":1,"invoice":"$","occurred_at":"2026-03-10T00:00:00"}""", "occurred_at")]
    [InlineData("""{"amount":1,"invoice":"$","occurred_at":"2026-03-10"}""", "occurred_at")]
    [InlineData("""{"amount":1,"invoice":"$","occurred_at":"1999-12-31T23:59:59Z"}""", "occurred_at")]
    [InlineData("""{"amount":1,"invoice":"$","occurred_at":1773576000}""", "occurred_at")]
    [InlineData("""{"amount":1,"invoice":"$","description":"a\u0000b"}""", "description")]
    [InlineData("""{"amount":1,"invoice":"$","description":["a"]}""", "description")]
    [InlineData("""{"amount":1,"invoice":"$","sync_status":"synced"}""", "sync_status")]
    [InlineData("""{"amount":1,"invoice":"$","Amount":2}""", "Amount")]
    [InlineData("""{"amount":1,"invoice":"$","invoice_item":"x"}""", "invoice_item")]
    [InlineData("""{"invoice_item":{"amount":1,"invoice":"$"},"amount":2}""", "amount")]
    public void ReadNew_Wrong_NamesTheOneFieldToBlame(string body, string field) => Assert.Equal([field], ReadNew(body).Errors.ByField.Keys);

    [Fact]
    public void ReadNew_AllWrong_NamesEach() => Assert.Equal(
        ["amount", "currency", "invoice", "oops"], ReadNew("""{"amount":0.1,"currency":"-","invoice":"?","oops":1}""").Errors.ByField.Keys.Order(StringComparer.Ordinal));

    [Theory]
    [InlineData("-999999999999", -999_999_999_999)]
    [InlineData("999999999999", 999_999_999_999)]
    [InlineData("0", 0)]
    [InlineData("-0", 0)]
    public void ReadNew_AmountAtTheBounds_IsTaken(string amount, long expected)
    {
        var (fields, errors) = ReadNew($$"""{"amount":{{amount}},"invoice":"$","currency":"JPY"}""");

        Assert.False(errors.Any);
        Assert.Equal((expected, "jpy"), (fields.Line.Amount, fields.Currency));
    }

    [Fact]
    public void ReadNew_BatchInvoice_CountsForThoseThatNameNone()
    {
        var other = UsageBuilder.InvoiceId(2);

        Assert.Equal(UsageBuilder.InvoiceId(), ReadNew("""{"amount":1}""", Invoice).Fields.Invoice);
        Assert.Equal(other, ReadNew($$"""{"amount":1,"invoice":"{{other}}"}""", Invoice).Fields.Invoice);
        Assert.Equal(other, ReadNew($$"""{"amount":1,"invoice_id":"{{other}}"}""", Invoice).Fields.Invoice);
    }

    [Fact]
    public void ReadChange_Partial_KeepsWhatIsNotNamedAndClearsWhatIsNull()
    {
        var item = UsageBuilder.Item();

        var (fields, errors) = ItemFields.ReadChange(Json("""{"amount":5,"product":null}"""), item, isPartial: true);

        Assert.False(errors.Any);
        Assert.Equal(item.Line with { Amount = 5, Product = null }, fields.Line);
    }

    [Fact]
    public void ReadChange_Whole_ClearsWhatIsNotNamedAndKeepsTheTime()
    {
        var item = UsageBuilder.Item();

        var (fields, errors) = ItemFields.ReadChange(Json("""{"amount":5}"""), item, isPartial: false);

        Assert.False(errors.Any);
        Assert.Equal(new InvoiceLine(5, null, null, null, item.Line.OccurredAt), fields.Line);
    }

    [Theory]
    [InlineData("{}", false, "amount")]
    [InlineData("""{"amount":null}""", true, "amount")]
    [InlineData("""{"invoice":"$2"}""", true, "invoice")]
    [InlineData("""{"currency":"eur"}""", true, "currency")]
    public void ReadChange_Wrong_NamesTheField(string body, bool isPartial, string field) =>
        Assert.Equal([field], ItemFields.ReadChange(Json(body.Replace("$2", UsageBuilder.InvoiceId(2).ToString(), StringComparison.Ordinal)), UsageBuilder.Item(), isPartial).Errors.ByField.Keys);

    private static (ItemFields Fields, FieldErrors Errors) ReadNew(string body, string? batchInvoice = null) =>
        ItemFields.ReadNew(Json(body), UsageBuilder.Time, batchInvoice is null ? null : JsonSerializer.SerializeToElement(batchInvoice));

    private static JsonElement Json(string body) => JsonBody.Read<JsonElement>(Encoding.UTF8.GetBytes(body.Replace("$", Invoice, StringComparison.Ordinal)));
}
