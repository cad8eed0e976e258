using Azure.Data.Tables;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Invoicing.Invoices;

/// <summary>Reads the invoices of a month, bucket by bucket. Storage has no index for their statuses: to find those with one it reads the whole month.</summary>
public sealed class MonthlyInvoiceList(TableServiceClient tables)
{
    private static readonly string[] Columns =
    [
        nameof(MonthlyInvoiceRow.PartitionKey), nameof(MonthlyInvoiceRow.RowKey), nameof(MonthlyInvoiceRow.Status), nameof(MonthlyInvoiceRow.Amount),
        nameof(MonthlyInvoiceRow.AmountCurrency), nameof(MonthlyInvoiceRow.IsNotFound), nameof(MonthlyInvoiceRow.LookupAttempts), nameof(MonthlyInvoiceRow.EmailAttempts),
        nameof(MonthlyInvoiceRow.SendingSince), nameof(MonthlyInvoiceRow.QueuedAt), nameof(MonthlyInvoiceRow.UpdatedAt),
    ];

    private readonly TableClient _table = tables.GetTableClient(MonthlyInvoiceStore.Table);

    /// <summary>The invoices of a month behind <paramref name="after"/>.</summary>
    /// <param name="month"><c>yyyy-MM</c>.</param>
    /// <param name="statuses">Which; none means all.</param>
    /// <param name="after">A customer's id; null for the beginning.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    public IAsyncEnumerable<MonthlyInvoice> ListAsync(string month, IReadOnlyCollection<InvoiceStatus> statuses, string? after, CancellationToken cancellationToken) => _table
        .ListBehindAsync<MonthlyInvoiceRow>(after is null ? null : MonthlyInvoiceRow.KeysOf(month, after), cancellationToken, StatusFilter(statuses), partitions: BucketsOf(month))
        .Select(row => row.ToInvoice());

    /// <summary>
    /// All invoices of a month with the columns that sums and the sweeper need, and without a version, in pieces of what storage could read in a few seconds:
    /// one may be empty and yet not be the last.
    /// </summary>
    /// <param name="month"><c>yyyy-MM</c>.</param>
    /// <param name="from">What a piece says about the next one; null for the beginning.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    internal IAsyncEnumerable<(IReadOnlyList<MonthlyInvoice> Invoices, string? Next)> ListPiecesAsync(string month, string? from, CancellationToken cancellationToken)
    {
        var (first, until) = BucketsOf(month);
        return _table.QueryAsync<MonthlyInvoiceRow>(TableClient.CreateQueryFilter($"PartitionKey ge {first} and PartitionKey lt {until}"), select: Columns, cancellationToken: cancellationToken)
            .AsPages(from)
            .Select(page => ((IReadOnlyList<MonthlyInvoice>)[.. page.Values.Select(row => row.ToInvoice() with { ETag = default })], page.ContinuationToken));
    }

    /// <summary>The invoices of a month whose customers are in a bucket.</summary>
    internal IAsyncEnumerable<MonthlyInvoice> ListBucketAsync(string month, string bucket, CancellationToken cancellationToken) => _table
        .QueryAsync<MonthlyInvoiceRow>(TableClient.CreateQueryFilter($"PartitionKey eq {MonthlyInvoiceRow.PartitionOf(month, bucket)}"), cancellationToken: cancellationToken)
        .Select(row => row.ToInvoice());

    /// <summary>All buckets of a month: '}' is what follows '|'.</summary>
    private static (string First, string Until) BucketsOf(string month) => (month + "|", month + "}");

    private static string StatusFilter(IEnumerable<InvoiceStatus> statuses) =>
        string.Join(" or ", statuses.Select(status => TableClient.CreateQueryFilter($"Status eq {status.ToString()}")));
}
