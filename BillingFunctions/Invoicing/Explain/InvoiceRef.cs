using BillingFunctions.Platform;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Invoicing.Explain;

/// <summary>The id of a monthly invoice, <c>yyyy-MM/customer</c>.</summary>
/// <param name="Month"><c>yyyy-MM</c>.</param>
/// <param name="CustomerId">Our id of the customer.</param>
internal readonly record struct InvoiceRef(string Month, string CustomerId)
{
    private const int MonthLength = 7;

    /// <summary>Reads an id; one with a colon too, which needs no escape in an address.</summary>
    /// <returns>Null when the text is no such id.</returns>
    public static InvoiceRef? Parse(string text) =>
        text.Length > MonthLength + 1 && (text[MonthLength] is ':' or '/') && BillingMonth.TryParse(text[..MonthLength], out _) && TableKey.IsValid(text[(MonthLength + 1)..])
            ? new InvoiceRef(text[..MonthLength], text[(MonthLength + 1)..])
            : null;

    public override string ToString() => $"{Month}/{CustomerId}";
}
