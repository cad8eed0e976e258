using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform;

namespace BillingFunctions.Invoicing.Runs;

/// <summary>A customer as far as invoicing needs it.</summary>
/// <param name="Id">The customer's id.</param>
/// <param name="LastIngestedAt">When the last upload with the customer arrived; null when there was none.</param>
/// <param name="FirstBillingMonth">The first month for which the customer is billed, <c>yyyy-MM</c>; empty when it is billed for every month.</param>
/// <param name="Email">Empty when not known.</param>
/// <param name="Name">Empty when not known.</param>
/// <param name="TimeZone">IANA name; empty when not known.</param>
/// <param name="Currency">ISO 4217 code; empty when not known.</param>
internal sealed record BilledCustomer(
    string Id, DateTimeOffset? LastIngestedAt, string FirstBillingMonth, string Email, string Name, string TimeZone, string Currency)
{
    /// <summary>
    /// Why the customer is not billed for the month; null when it is billed. A customer is billed if an upload that arrived after the end of the month has it,
    /// and its first billing month is not a later one.
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

        // Compared as text, since a first month may lie before the earliest month that can be billed.
        return string.CompareOrdinal(FirstBillingMonth, month.ToString()) > 0 ? $"The customer is billed from {FirstBillingMonth} on." : null;
    }

    /// <summary>The invoice with the customer's name, address, time zone and currency as they are now.</summary>
    public MonthlyInvoice Describe(MonthlyInvoice invoice) => invoice with
    {
        Email = Email,
        Name = Name,
        TimeZone = TimeZone.Length == 0 ? null : TimeZone,
        Currency = Currency.Length == 0 ? null : Currency.ToLowerInvariant(),
    };
}
