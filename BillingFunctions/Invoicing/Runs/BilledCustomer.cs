using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform;

namespace BillingFunctions.Invoicing.Runs;

/// <summary>What the invoicing needs to know of a customer.</summary>
/// <param name="Id">Its id.</param>
/// <param name="LastIngestedAt">When it was in an upload last; null when it never was.</param>
/// <param name="FirstBillingMonth">The month it is billed for first, <c>yyyy-MM</c>; empty when there is no such month.</param>
/// <param name="Email">Empty when not known.</param>
/// <param name="Name">Empty when not known.</param>
/// <param name="TimeZone">IANA; empty when not known.</param>
/// <param name="Currency">Three letters; empty when not known.</param>
internal sealed record BilledCustomer(
    string Id, DateTimeOffset? LastIngestedAt, string FirstBillingMonth, string Email, string Name, string TimeZone, string Currency)
{
    /// <summary>
    /// Why the customer is not billed for the month; null when it is. Billed is who was in the month's upload, which comes after the month has ended,
    /// and has no first month that lies after it.
    /// </summary>
    public string? ReasonNotBilled(BillingMonth month)
    {
        if (LastIngestedAt is not { } ingested)
        {
            return "The customer was in no upload.";
        }

        if (ingested < month.End)
        {
            return $"The customer was not in the month's upload: the last one with it was on {ingested.UtcDateTime:yyyy-MM-dd}, before the month had ended.";
        }

        // As texts: a first month may lie before all that can be billed.
        return string.CompareOrdinal(FirstBillingMonth, month.ToString()) > 0 ? $"The customer is billed from {FirstBillingMonth} on." : null;
    }

    /// <summary>The invoice with the customer's name and address as they are now.</summary>
    public MonthlyInvoice Describe(MonthlyInvoice invoice) => invoice with
    {
        Email = Email,
        Name = Name,
        TimeZone = TimeZone.Length == 0 ? null : TimeZone,
        Currency = Currency.Length == 0 ? null : Currency.ToLowerInvariant(),
    };
}
