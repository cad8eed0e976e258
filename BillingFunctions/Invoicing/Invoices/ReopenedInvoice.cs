namespace BillingFunctions.Invoicing.Invoices;

/// <summary>What a hook opens again.</summary>
internal enum InvoiceStep
{
    Lookup = 0,
    Email = 1,
}

/// <summary>What a hook does with an invoice. Pure.</summary>
/// <param name="Invoice">The invoice as it is to be.</param>
/// <param name="IsQueued">Whether its message is to be queued again.</param>
/// <param name="HadFailed">Whether it has a failed job.</param>
internal sealed record ReopenedInvoice(MonthlyInvoice Invoice, bool IsQueued, bool HadFailed)
{
    /// <summary>The statuses that a hook has to do with.</summary>
    public static IReadOnlyCollection<InvoiceStatus> StatusesOf(InvoiceStep step) => step switch
    {
        InvoiceStep.Lookup => [InvoiceStatus.Pending, InvoiceStatus.LookupFailed],
        InvoiceStep.Email => [InvoiceStatus.Priced, InvoiceStatus.EmailFailed, InvoiceStatus.Sending],
        _ => throw new ArgumentOutOfRangeException(nameof(step), step, "Not a step"),
    };

    /// <summary>
    /// What is open is queued again, what has failed is opened and queued. A mail that is being sent is left alone; one whose sender has died is
    /// settled as the settings say, which queues it only if they say to send it again.
    /// </summary>
    /// <returns>Null when there is nothing to do.</returns>
    public static ReopenedInvoice? Of(MonthlyInvoice stored, InvoiceStep step, DateTimeOffset now, UnknownDelivery unknown)
    {
        if (!StatusesOf(step).Contains(stored.Status))
        {
            return null;
        }

        var invoice = stored.Reopened().WithLeaseChecked(now, unknown);
        return invoice.Status == InvoiceStatus.Sending ? null : new ReopenedInvoice(invoice, invoice.Status != InvoiceStatus.DeliveryUnknown, stored.Status.IsFailure());
    }
}
