using Azure.Data.Tables;
using BillingFunctions.Customers;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Invoicing.Runs;

/// <summary>Reads the columns of <c>Customers</c> that upload and Stripe's events have filled.</summary>
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
        await _table.FindAsync<TableEntity>(TableKey.Bucket(id), id, cancellationToken, Columns) is { } row && !LeadsElsewhere(row) ? Read(row) : null;

    /// <summary>Up to so many customers behind <paramref name="after"/>, bucket by bucket.</summary>
    internal async Task<IReadOnlyList<BilledCustomer>> ListAsync(string? after, int count, CancellationToken cancellationToken) => await _table
        .ListBehindAsync<TableEntity>(after is null ? null : (TableKey.Bucket(after), after), cancellationToken, pageSize: count, select: Columns)
        .Where(row => !LeadsElsewhere(row)).Take(count).Select(Read).ToListAsync(cancellationToken);

    /// <summary>Whether the row only leads to a customer, which has a row of its own.</summary>
    private static bool LeadsElsewhere(TableEntity row) => row.GetString(nameof(Customer.MergedInto)) is { Length: > 0 };

    private static BilledCustomer Read(TableEntity row) => new(
        row.RowKey,
        row.GetDateTimeOffset(nameof(BilledCustomer.LastIngestedAt)),
        First(row, nameof(BilledCustomer.FirstBillingMonth)),
        First(row, nameof(BilledCustomer.Email), nameof(Customer.UploadedEmail)),
        First(row, nameof(BilledCustomer.Name)),
        First(row, nameof(BilledCustomer.TimeZone)),
        First(row, nameof(BilledCustomer.Currency), nameof(Customer.UploadedCurrency)));

    /// <summary>The first of the columns with something in it; empty when none has.</summary>
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
