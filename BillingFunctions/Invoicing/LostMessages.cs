namespace BillingFunctions.Invoicing;

/// <summary>Tells which open invoices have no message in a queue, so that nothing would ever happen to them. Pure.</summary>
/// <param name="lookups">How many messages wait for lookups, counted after the invoices were read.</param>
/// <param name="emails">How many wait for mails.</param>
/// <param name="retries">How long all retries take together.</param>
/// <param name="now">The time.</param>
internal sealed class LostMessages(int lookups, int emails, TimeSpan retries, DateTimeOffset now)
{
    /// <summary>Between storing and queueing there may be a moment.</summary>
    private static readonly TimeSpan Moment = TimeSpan.FromMinutes(1);

    /// <summary>After a crash a message is hidden for ten minutes.</summary>
    private static readonly TimeSpan Hidden = TimeSpan.FromMinutes(15);

    /// <summary>Whether it is worth counting the messages.</summary>
    public static bool MayBeLost(MonthlyInvoice invoice, DateTimeOffset now) =>
        invoice.Status is InvoiceStatus.Pending or InvoiceStatus.Priced && (invoice.QueuedAt is not { } queued || now - queued > Moment);

    /// <summary>An empty queue has no message, and storage never counts too few. A message that waits for its last retry shows no sign of life for hours.</summary>
    public bool IsLost(MonthlyInvoice invoice) =>
        MayBeLost(invoice, now)
        && (invoice.QueuedAt is not { } queued || (invoice.Status == InvoiceStatus.Pending ? lookups : emails) == 0 || now - queued > retries + Hidden);
}
