using Azure.Data.Tables;
using BillingFunctions.Customers;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Invoicing.Runs;

/// <summary>Reads customers for invoicing from the table <c>Customers</c>, which uploads and Stripe's events fill.</summary>
public sealed class BilledCustomers(TableServiceClient tables)
{
    private static readonly string[] Columns =
    [
        nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), nameof(BilledCustomer.LastIngestedAt), nameof(BilledCustomer.FirstBillingMonth),
        nameof(BilledCustomer.Email), nameof(BilledCustomer.Name), nameof(BilledCustomer.TimeZone), nameof(BilledCustomer.Currency),
        nameof(Customer.UploadedEmail), nameof(Customer.UploadedCurrency), nameof(Customer.MergedInto),
    ];

    private readonly TableClient _table = tables.GetTableClient(CustomerStore.Table);

    /// <summary>The customer, or null.</summary>
    internal async Task<BilledCustomer?> FindAsync(string id, CancellationToken cancellationToken) =>
        await _table.FindAsync<TableEntity>(TableKey.Bucket(id), TableKey.From(id), cancellationToken, Columns) is { } row && !IsMerged(row) ? Read(row) : null;

    /// <summary>Up to <paramref name="count"/> customers behind <paramref name="after"/> (null for the beginning), bucket by bucket.</summary>
    internal async Task<IReadOnlyList<BilledCustomer>> ListAsync(string? after, int count, CancellationToken cancellationToken) =>
        await ListBehindAsync(after, count, cancellationToken).Take(count).ToListAsync(cancellationToken);

    /// <summary>All customers, bucket by bucket.</summary>
    /// <param name="pageSize">How many are fetched at a time, at most 1,000.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    internal IAsyncEnumerable<BilledCustomer> ListAllAsync(int pageSize, CancellationToken cancellationToken) => ListBehindAsync(after: null, pageSize, cancellationToken);

    private IAsyncEnumerable<BilledCustomer> ListBehindAsync(string? after, int pageSize, CancellationToken cancellationToken) => _table
        .ListBehindAsync<TableEntity>(after is null ? null : (TableKey.Bucket(after), TableKey.From(after)), cancellationToken, pageSize: pageSize, select: Columns)
        .Where(row => !IsMerged(row)).Select(Read);

    /// <summary>Whether the customer has been merged into another, which has a row of its own.</summary>
    private static bool IsMerged(TableEntity row) => row.GetString(nameof(Customer.MergedInto)) is { Length: > 0 };

    private static BilledCustomer Read(TableEntity row) => new(
        TableKey.ToId(row.RowKey),
        row.GetDateTimeOffset(nameof(BilledCustomer.LastIngestedAt)),
        First(row, nameof(BilledCustomer.FirstBillingMonth)),
        First(row, nameof(BilledCustomer.Email), nameof(Customer.UploadedEmail)),
        First(row, nameof(BilledCustomer.Name)),
        First(row, nameof(BilledCustomer.TimeZone)),
        First(row, nameof(BilledCustomer.Currency), nameof(Customer.UploadedCurrency)));

    /// <summary>The first of the columns that is not empty; an empty text when all are.</summary>
    private static string First(TableEntity row, params ReadOnlySpan<string> columns)
    {
        foreach (var column in columns)
        {
            if (row.GetString(column) is { Length: > 0 } text)
            {
                return text;
            }
        }

        return "";
    }
}
