using BillingFunctions.Platform;

namespace BillingFunctions.Customers.Invoices;

/// <summary>A Stripe invoice as the API shows it.</summary>
internal sealed record InvoiceView(
    string Id,
    string CustomerId,
    string? SubscriptionId,
    string? Number,
    string? Status,
    Money AmountDue,
    Money AmountPaid,
    Money AmountRemaining,
    Money Total,
    DateTimeOffset Created,
    DateTimeOffset? DueDate,
    DateTimeOffset? PeriodStart,
    DateTimeOffset? PeriodEnd,
    string? HostedInvoiceUrl,
    bool Livemode,
    bool Deleted,
    string LastEventId,
    DateTimeOffset LastEventAt,
    DateTimeOffset UpdatedAt)
{
    public static InvoiceView Of(CustomerInvoice invoice) => new(
        invoice.Id,
        invoice.CustomerId,
        invoice.SubscriptionId,
        invoice.Number,
        invoice.Status,
        invoice.AmountDue,
        invoice.AmountPaid,
        invoice.AmountRemaining,
        invoice.Total,
        invoice.Created,
        invoice.DueDate,
        invoice.PeriodStart,
        invoice.PeriodEnd,
        invoice.HostedInvoiceUrl,
        invoice.Livemode,
        invoice.Deleted,
        invoice.LastEvent.EventId,
        DateTimeOffset.FromUnixTimeSeconds(invoice.LastEvent.Created),
        invoice.UpdatedAt);
}
