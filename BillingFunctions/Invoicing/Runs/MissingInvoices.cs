using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Invoicing.Runs;

/// <summary>Who can be billed for a month and has no invoice yet. A run that is under way takes them in.</summary>
/// <param name="Count">How many they are.</param>
/// <param name="CustomerIds">The first 100 of them.</param>
/// <param name="IsComplete">Whether all customers were looked at; false when that would have taken too long.</param>
public sealed record MissingInvoices(int Count, IReadOnlyList<string> CustomerIds, bool IsComplete);

/// <summary>Counts who has no invoice yet, by reading customers and invoices side by side: both are stored bucket by bucket, in the order of their keys.</summary>
public sealed class MissingInvoiceCount(BilledCustomers customers, MonthlyInvoiceList list, TimeProvider time)
{
    private const int MaxIds = 100;
    private const int PageSize = 1000;

    /// <summary>Who waits for the answer should not wait longer. Enough for some ten thousand customers.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(5);

    private static readonly InvoiceStatus[] Invoiced = [.. InvoiceStatuses.All.Where(status => status != InvoiceStatus.NotBilled)];

    /// <param name="month">The month.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    internal async Task<MissingInvoices> CountAsync(BillingMonth month, CancellationToken cancellationToken)
    {
        var (began, ids, count) = (time.GetTimestamp(), new List<string>(), 0);
        await using var invoices = list.ListAsync(month.ToString(), Invoiced, after: null, cancellationToken).GetAsyncEnumerator(cancellationToken);
        var invoiced = await NextAsync(invoices);
        IReadOnlyList<BilledCustomer> page;
        string? after = null;
        do
        {
            page = await customers.ListAsync(after, PageSize, cancellationToken);
            foreach (var customer in page.Where(customer => customer.ReasonNotBilled(month) is null))
            {
                while (invoiced is not null && ComesBefore(invoiced, customer.Id))
                {
                    invoiced = await NextAsync(invoices);
                }

                if (invoiced != customer.Id && ++count <= MaxIds)
                {
                    ids.Add(customer.Id);
                }
            }

            after = page.Count == 0 ? after : page[^1].Id;
        }
        while (page.Count == PageSize && time.GetElapsedTime(began) < Limit);
        return new MissingInvoices(count, ids, page.Count < PageSize);
    }

    private static async Task<string?> NextAsync(IAsyncEnumerator<MonthlyInvoice> invoices) => await invoices.MoveNextAsync() ? invoices.Current.CustomerId : null;

    private static bool ComesBefore(string id, string other) => string.CompareOrdinal(TableKey.Bucket(id), TableKey.Bucket(other)) switch
    {
        0 => string.CompareOrdinal(TableKey.From(id), TableKey.From(other)) < 0,
        var order => order < 0,
    };
}
