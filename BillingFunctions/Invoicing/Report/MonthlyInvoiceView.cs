using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform;

namespace BillingFunctions.Invoicing.Report;

/// <summary>An invoice as the API shows it.</summary>
/// <param name="Month"><c>yyyy-MM</c>.</param>
/// <param name="CustomerId">Our id of the customer.</param>
/// <param name="Status">How far it is.</param>
/// <param name="Name">The name of the customer.</param>
/// <param name="Email">Where the mail goes.</param>
/// <param name="Amount">What is owed; null until it is known.</param>
/// <param name="Reason">Why there is nothing to pay, why it is not billed, or what failed.</param>
/// <param name="LookupAttempts">How often the amount was asked for.</param>
/// <param name="EmailAttempts">How often the mail was sent or tried.</param>
/// <param name="SentAt">When the mail was taken by the server.</param>
/// <param name="CreatedAt">When the run added it.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
public sealed record MonthlyInvoiceView(
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
    /// <summary><c>yyyy-MM/customer</c>, by which <c>/api/explain/invoice</c> finds it.</summary>
    public string Id => new InvoiceRef(Month, CustomerId).ToString();

    internal static MonthlyInvoiceView From(MonthlyInvoice invoice) => new(
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
