using BillingFunctions.Platform;
using BillingFunctions.UsageBilling.Invoices;

namespace BillingFunctions.UsageBilling.Items;

/// <summary>Which invoice takes which item. Nothing is moved to another month unasked. Pure.</summary>
internal static class ItemRules
{
    /// <summary>A row has room for the ids of no more.</summary>
    private const int MaxDrafts = 200;

    /// <summary>Why an invoice does not take an item; null when it does.</summary>
    /// <param name="invoice">The invoice.</param>
    /// <param name="fields">The item.</param>
    /// <param name="now">The current time.</param>
    /// <param name="options">How long after its month an invoice takes items.</param>
    public static ItemRefusal? Check(UsageInvoice invoice, ItemFields fields, DateTimeOffset now, UsageBillingOptions options)
    {
        var month = BillingMonth.From(fields.Line.OccurredAt).ToString();
        var isLate = string.CompareOrdinal(month, invoice.Period) <= 0;
        return fields.Currency is { } currency && currency != invoice.Currency ? new ItemRefusal("currency", $"The invoice is in {invoice.Currency}; all its items are.")
            : invoice.StripeInvoices.Count >= MaxDrafts ? new ItemRefusal("invoice", $"The invoice has {MaxDrafts} invoices at Stripe, which is the most. Make another invoice for {invoice.Period}.")
            : invoice.Status == UsageInvoiceStatus.Void ? new ItemRefusal("invoice", "The invoice is void.")
            : month != invoice.Period ? new ItemRefusal("occurred_at", $"It occurred in {month}, and the invoice is for {invoice.Period}.{Hint(isLate)}", isLate)
            : invoice.Status != UsageInvoiceStatus.Open ? new ItemRefusal("invoice", $"The invoice is {invoice.Status.ToString().ToLowerInvariant()} and takes no more items.{Hint(isLate)}", isLate)
            : now >= options.ClosesAt(invoice.Period) ? new ItemRefusal("invoice", $"The invoice for {invoice.Period} took items until {options.ClosesAt(invoice.Period):yyyy-MM-dd'T'HH:mm:ss'Z'}.{Hint(isLate)}", isLate)
            : null;
    }

    /// <summary>The month whose invoice takes a late item: the first after its own that still takes items.</summary>
    public static string NextPeriod(DateTimeOffset occurredAt, DateTimeOffset now, UsageBillingOptions options)
    {
        var month = BillingMonth.From(BillingMonth.From(occurredAt).End);
        while (now >= options.ClosesAt(month.ToString()))
        {
            month = BillingMonth.From(month.End);
        }

        return month.ToString();
    }

    private static string Hint(bool isLate) => isLate ? " With late=next_period it is billed with the next month that takes items." : "";
}

/// <summary>Why an item is not taken.</summary>
/// <param name="Field">The field of the body that is to blame.</param>
/// <param name="Reason">What is allowed.</param>
/// <param name="IsLate">Whether it would be taken as a late item.</param>
internal sealed record ItemRefusal(string Field, string Reason, bool IsLate = false);
