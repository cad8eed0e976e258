using BillingFunctions.Testing.Builders;
using BillingFunctions.UsageBilling;
using BillingFunctions.UsageBilling.Invoices;
using BillingFunctions.UsageBilling.Items;

namespace BillingFunctions.Tests.UsageBilling.Items;

public sealed class ItemRulesTests
{
    private static readonly UsageBillingOptions Options = new();

    [Theory]
    [InlineData("2026-03-01T00:00:00Z", "2026-03-15T00:00:00Z")]
    [InlineData("2026-03-31T23:59:59Z", "2026-04-01T23:59:59Z")]
    [InlineData("2026-04-01T01:30:00+02:00", "2026-04-01T00:00:00Z")]
    public void Check_OfTheMonthAndInTime_IsTaken(string occurredAt, string now) => Assert.Null(Check(UsageBuilder.Invoice(), occurredAt, now));

    [Theory]
    [InlineData("2026-02-28T23:59:59Z", "2026-03-15T00:00:00Z", "occurred_at", true)]
    [InlineData("2026-04-01T00:00:00Z", "2026-03-15T00:00:00Z", "occurred_at", false)]
    [InlineData("2026-03-31T23:30:00-02:00", "2026-03-15T00:00:00Z", "occurred_at", false)]
    [InlineData("2026-03-31T23:59:59Z", "2026-04-02T00:00:00Z", "invoice", true)]
    public void Check_OtherMonthOrTooLate_IsRefusedWithTheFieldToBlame(string occurredAt, string now, string field, bool isLate)
    {
        var refusal = Check(UsageBuilder.Invoice(), occurredAt, now)!;

        Assert.Equal((field, isLate), (refusal.Field, refusal.IsLate));
        Assert.Equal(isLate, refusal.Reason.Contains("late=next_period", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(UsageInvoiceStatus.Closing, true)]
    [InlineData(UsageInvoiceStatus.Closed, true)]
    [InlineData(UsageInvoiceStatus.Held, true)]
    [InlineData(UsageInvoiceStatus.Void, false)]
    public void Check_NotOpen_IsRefused(UsageInvoiceStatus status, bool isLate)
    {
        var refusal = Check(UsageBuilder.Invoice(status), "2026-03-10T00:00:00Z", "2026-03-15T00:00:00Z")!;

        Assert.Equal(("invoice", isLate), (refusal.Field, refusal.IsLate));
        Assert.Contains(status.ToString(), refusal.Reason, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData(null, true)]
    [InlineData("usd", true)]
    [InlineData("eur", false)]
    public void Check_Currency_IsTheInvoices(string? currency, bool isTaken)
    {
        var refusal = Check(UsageBuilder.Invoice(), "2026-03-10T00:00:00Z", "2026-03-15T00:00:00Z", currency);

        Assert.Equal(isTaken ? null : "currency", refusal?.Field);
    }

    [Fact]
    public void Check_OtherCurrencyAndLate_IsNotTakenAsLate() => Assert.False(Check(UsageBuilder.Invoice(), "2026-02-10T00:00:00Z", "2026-03-15T00:00:00Z", "eur")!.IsLate);

    [Theory]
    [InlineData("2026-03-31T23:00:00Z", "2026-04-02T00:00:00Z", "2026-04")]
    [InlineData("2026-03-31T23:00:00Z", "2026-05-01T23:59:59Z", "2026-04")]
    [InlineData("2026-03-31T23:00:00Z", "2026-05-02T00:00:00Z", "2026-05")]
    [InlineData("2025-12-31T23:00:00Z", "2026-03-15T00:00:00Z", "2026-03")]
    [InlineData("2000-01-01T00:00:00Z", "2026-03-15T00:00:00Z", "2026-03")]
    public void NextPeriod_Late_IsTheFirstMonthThatTakesItems(string occurredAt, string now, string period) =>
        Assert.Equal(period, ItemRules.NextPeriod(Time(occurredAt), Time(now), Options));

    private static ItemRefusal? Check(UsageInvoice invoice, string occurredAt, string now, string? currency = null) =>
        ItemRules.Check(invoice, new ItemFields(invoice.InvoiceId, new InvoiceLine(1, null, null, null, Time(occurredAt)), currency), Time(now), Options);

    private static DateTimeOffset Time(string text) => DateTimeOffset.Parse(text, null);
}
