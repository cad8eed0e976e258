using BillingFunctions.Invoicing;
using BillingFunctions.Invoicing.Invoices;

namespace BillingFunctions.Tests.Invoicing.Invoices;

public sealed class MonthlyInvoiceTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.Parse("2026-04-02T06:00:00Z");

    [Fact]
    public void Status_Names_AreStoredAndMustStayAsTheyAre() => Assert.Equal(
        "0 pending, 1 priced, 2 sending, 3 sent, 4 no_charge, 5 lookup_failed, 6 email_failed, 7 delivery_unknown, 8 not_billed",
        string.Join(", ", InvoiceStatuses.All.Select(status => $"{(int)status} {status.ToText()}")));

    [Theory]
    [InlineData(60, InvoiceStatus.Sending)]
    [InlineData(61, InvoiceStatus.DeliveryUnknown)]
    public void WithLeaseChecked_Sending_IsUnknownAfterItsLease(int seconds, InvoiceStatus expected)
    {
        var invoice = Invoice(InvoiceStatus.Sending) with { SendingSince = Now.AddSeconds(-seconds), SendAttemptId = "a1" };

        var later = invoice.WithLeaseChecked(Now, UnknownDelivery.Hold);

        Assert.Equal(expected, later.Status);
        Assert.Equal(expected == InvoiceStatus.Sending, ReferenceEquals(invoice, later));
    }

    [Fact]
    public void WithLeaseChecked_ToBeResent_IsOpenAgainAndNotQueued()
    {
        var invoice = Invoice(InvoiceStatus.Sending) with { SendingSince = Now.AddMinutes(-2), QueuedAt = Now.AddMinutes(-3) };

        var later = invoice.WithLeaseChecked(Now, UnknownDelivery.Resend);

        Assert.Equal((InvoiceStatus.Priced, null), (later.Status, later.QueuedAt));
    }

    [Theory]
    [InlineData(InvoiceStatus.Pending)]
    [InlineData(InvoiceStatus.Priced)]
    [InlineData(InvoiceStatus.Sent)]
    [InlineData(InvoiceStatus.DeliveryUnknown)]
    public void WithLeaseChecked_NotSending_StaysAsItIs(InvoiceStatus status)
    {
        var invoice = Invoice(status) with { SendingSince = Now.AddDays(-1) };

        Assert.Same(invoice, invoice.WithLeaseChecked(Now, UnknownDelivery.Resend));
    }

    [Theory]
    [InlineData(InvoiceStatus.Pending, 0, (int)InvoiceStatus.Pending, true, false)]
    [InlineData(InvoiceStatus.LookupFailed, 0, (int)InvoiceStatus.Pending, true, true)]
    [InlineData(InvoiceStatus.Priced, 0, -1, false, false)]
    [InlineData(InvoiceStatus.NoCharge, 0, -1, false, false)]
    [InlineData(InvoiceStatus.NotBilled, 0, -1, false, false)]
    [InlineData(InvoiceStatus.Priced, 1, (int)InvoiceStatus.Priced, true, false)]
    [InlineData(InvoiceStatus.EmailFailed, 1, (int)InvoiceStatus.Priced, true, true)]
    [InlineData(InvoiceStatus.Sending, 1, (int)InvoiceStatus.DeliveryUnknown, false, false)]
    [InlineData(InvoiceStatus.Pending, 1, -1, false, false)]
    [InlineData(InvoiceStatus.LookupFailed, 1, -1, false, false)]
    [InlineData(InvoiceStatus.Sent, 1, -1, false, false)]
    [InlineData(InvoiceStatus.DeliveryUnknown, 1, -1, false, false)]
    public void Reopened_ByAHook_IsExactlyWhatIsOpen(InvoiceStatus status, int step, int expected, bool isQueued, bool hadFailed)
    {
        var stored = Invoice(status) with { SendingSince = Now.AddMinutes(-2) };

        var reopened = ReopenedInvoice.Of(stored, (InvoiceStep)step, Now, UnknownDelivery.Hold);

        Assert.Equal(expected, reopened is null ? -1 : (int)reopened.Invoice.Status);
        Assert.Equal((isQueued, hadFailed), (reopened?.IsQueued ?? false, reopened?.HadFailed ?? false));
    }

    [Fact]
    public void Reopened_WhileTheMailIsBeingSent_IsLeftAlone()
    {
        var stored = Invoice(InvoiceStatus.Sending) with { SendingSince = Now.AddSeconds(-59) };

        Assert.Null(ReopenedInvoice.Of(stored, InvoiceStep.Email, Now, UnknownDelivery.Hold));
        Assert.Null(ReopenedInvoice.Of(stored, InvoiceStep.Email, Now, UnknownDelivery.Resend));
    }

    [Fact]
    public void Reopened_AFailedOne_HasAllItsAttemptsAgainAndKeepsItsAmount()
    {
        var mail = (Invoice(InvoiceStatus.EmailFailed) with { EmailAttempts = 6, LookupAttempts = 2, Reason = "550", Amount = new(5, "usd") }).Reopened();
        var lookup = (Invoice(InvoiceStatus.LookupFailed) with { LookupAttempts = 6, Reason = "500" }).Reopened();

        Assert.Equal((0, 2, null, new BillingFunctions.Platform.Money(5, "usd")), (mail.EmailAttempts, mail.LookupAttempts, mail.Reason, mail.Amount));
        Assert.Equal((0, null), (lookup.LookupAttempts, lookup.Reason));
    }

    private static MonthlyInvoice Invoice(InvoiceStatus status) => new() { Month = "2026-03", CustomerId = "c1", Status = status };
}
