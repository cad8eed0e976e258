using Azure.Data.Tables;
using BillingFunctions.Customers;
using BillingFunctions.Platform.Tables;

namespace BillingFunctions.Invoicing;

/// <summary>Reads the columns of <c>Customers</c> that upload and Stripe's events have filled.</summary>
public sealed class BilledCustomers(TableServiceClient tables)
{
    private static readonly string[] Columns =
    [
        nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), nameof(BilledCustomer.LastIngestedAt), nameof(BilledCustomer.FirstBillingMonth),
        nameof(BilledCustomer.Email), nameof(BilledCustomer.Name), nameof(BilledCustomer.TimeZone), nameof(BilledCustomer.Currency),
    ];

    private readonly TableClient _table = tables.GetTableClient(CustomerStore.Table);

    /// <summary>The customer, or null.</summary>
    internal async Task<BilledCustomer?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var row = await _table.GetEntityIfExistsAsync<TableEntity>(TableKey.Bucket(id), id, Columns, cancellationToken);
        return row.HasValue ? Read(row.Value!) : null;
    }

    /// <summary>Up to so many customers behind <paramref name="after"/>, bucket by bucket.</summary>
    internal async Task<IReadOnlyList<BilledCustomer>> ListAsync(string? after, int count, CancellationToken cancellationToken)
    {
        // Two queries, because storage does not use its index for an "or".
        var bucket = after is null ? "" : TableKey.Bucket(after);
        var sameBucket = after is null ? [] : await QueryAsync(TableClient.CreateQueryFilter($"PartitionKey eq {bucket} and RowKey gt {after}"), count, cancellationToken);
        return sameBucket.Count == count
            ? sameBucket
            : [.. sameBucket, .. await QueryAsync(TableClient.CreateQueryFilter($"PartitionKey gt {bucket}"), count - sameBucket.Count, cancellationToken)];
    }

    private async Task<IReadOnlyList<BilledCustomer>> QueryAsync(string filter, int count, CancellationToken cancellationToken) =>
        await _table.QueryAsync<TableEntity>(filter, count, Columns, cancellationToken).Take(count).Select(Read).ToListAsync(cancellationToken);

    private static BilledCustomer Read(TableEntity row) => new(
        row.RowKey,
        row.GetDateTimeOffset(nameof(BilledCustomer.LastIngestedAt)),
        row.GetString(nameof(BilledCustomer.FirstBillingMonth)) ?? "",
        row.GetString(nameof(BilledCustomer.Email)) ?? "",
        row.GetString(nameof(BilledCustomer.Name)) ?? "",
        row.GetString(nameof(BilledCustomer.TimeZone)) ?? "",
        row.GetString(nameof(BilledCustomer.Currency)) ?? "");
}
