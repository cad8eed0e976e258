using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Invoicing;

/// <summary>The id of a monthly invoice, <c>yyyy-MM/customer</c>: in the API, the failed jobs and the proofs.</summary>
/// <param name="Month"><c>yyyy-MM</c>.</param>
/// <param name="CustomerId">Our id of the customer.</param>
internal readonly record struct InvoiceRef(string Month, string CustomerId)
{
    private const int MonthLength = 7;

    public static InvoiceRef Of(MonthlyInvoice invoice) => new(invoice.Month, invoice.CustomerId);

    /// <summary>Reads an id; one with a colon too, which needs no escape in an address.</summary>
    /// <returns>Null when the text is no such id.</returns>
    public static InvoiceRef? Parse(string text) =>
        text.Length > MonthLength + 1 && (text[MonthLength] is ':' or '/') && BillingMonth.TryParse(text[..MonthLength], out _) && TableKey.IsValid(text[(MonthLength + 1)..])
            ? new InvoiceRef(text[..MonthLength], text[(MonthLength + 1)..])
            : null;

    public override string ToString() => $"{Month}/{CustomerId}";
}
