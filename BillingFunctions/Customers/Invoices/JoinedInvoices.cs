namespace BillingFunctions.Customers.Invoices;

/// <summary>Joins the catalogue with the invoices that others keep. Pure.</summary>
internal static class JoinedInvoices
{
    /// <summary>The first invoices behind a key, newest first. Each Stripe invoice says which usage invoice it bills.</summary>
    /// <param name="catalogue">Those of the catalogue behind <paramref name="after"/>, newest first: the first <paramref name="count"/>, or all if there are fewer.</param>
    /// <param name="others">All others of the customer, in any order.</param>
    /// <param name="after">An <see cref="InvoiceSortKey"/>; null for the beginning.</param>
    /// <param name="count">How many are wanted.</param>
    public static IReadOnlyList<InvoiceView> Page(IEnumerable<InvoiceView> catalogue, IReadOnlyCollection<InvoiceView> others, string? after, int count)
    {
        var billed = others.SelectMany(usage => usage.StripeInvoiceIds.Select(id => (StripeId: id, UsageId: usage.Id))).ToLookup(pair => pair.StripeId, pair => pair.UsageId);
        return
        [
            .. catalogue.Select(invoice => invoice with { UsageInvoiceId = billed[invoice.Id].FirstOrDefault() })
                .Concat(others.Where(invoice => string.CompareOrdinal(InvoiceSortKey.From(invoice), after ?? "") > 0))
                .OrderBy(InvoiceSortKey.From, StringComparer.Ordinal).Take(count),
        ];
    }
}
