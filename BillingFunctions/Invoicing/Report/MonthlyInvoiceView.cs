using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform;

namespace BillingFunctions.Invoicing.Report;

/// <summary>An invoice as the API shows it.</summary>
internal sealed record MonthlyInvoiceView(
    string Month,
    string CustomerId,
    InvoiceStatus Status,
    string Name,
    string Email,
    Money? Amount,
    string? Reason,
    int LookupAttempts,
    int EmailAttempts,
    DateTimeOffset? SentAt,
    DateTimeOffset CreatedAt,
    DateTimeOffset UpdatedAt)
{
    public static MonthlyInvoiceView From(MonthlyInvoice invoice) => new(
        invoice.Month,
        invoice.CustomerId,
        invoice.Status,
        invoice.Name,
        invoice.Email,
        invoice.Amount,
        invoice.Reason,
        invoice.LookupAttempts,
        invoice.EmailAttempts,
        invoice.SentAt,
        invoice.CreatedAt,
        invoice.UpdatedAt);
}
