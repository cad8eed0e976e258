using Azure;
using Azure.Data.Tables;

namespace BillingFunctions.UsageBilling.Invoices;

/// <summary>
/// The invoices that are not closed, by month, in <c>OpenInvoices</c>: partition is the month, row the invoice. So the sweeper finds those whose month is over without
/// looking through all organizations. A second row of each stays when it is closed, for who wants all of a month. A row is written before its invoice; there may be one too many.
/// </summary>
public sealed class InvoiceCalendar(TableServiceClient tables)
{
    public const string Table = "OpenInvoices";

    /// <summary>The partitions of all invoices: behind those of the open ones, which begin with a digit.</summary>
    private const string AllPrefix = "all|";

    private readonly TableClient _table = tables.GetTableClient(Table);

    internal Task AddAsync(InvoiceId invoice, string period, CancellationToken cancellationToken) => Task.WhenAll(
        new[] { period, AllPrefix + period }.Select(partition => _table.UpsertEntityAsync(new TableEntity(partition, invoice.ToString()), TableUpdateMode.Replace, cancellationToken)));

    /// <summary>All invoices of a month, closed ones too.</summary>
    internal IAsyncEnumerable<InvoiceId> ListAsync(string period, CancellationToken cancellationToken) => _table
        .QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {AllPrefix + period}"), cancellationToken: cancellationToken)
        .Where(row => InvoiceId.Parse(row.RowKey) is not null)
        .Select(row => InvoiceId.Parse(row.RowKey)!.Value);

    internal Task RemoveAsync(InvoiceId invoice, string period, CancellationToken cancellationToken) => _table.DeleteEntityAsync(period, invoice.ToString(), ETag.All, cancellationToken);

    /// <summary>Those of all months up to one, oldest month first, with the time at which the row was written.</summary>
    internal IAsyncEnumerable<(InvoiceId Invoice, string Period, DateTimeOffset WrittenAt)> ListUntilAsync(string period, CancellationToken cancellationToken) => _table
        .QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey le {period}"), cancellationToken: cancellationToken)
        .Where(row => InvoiceId.Parse(row.RowKey) is not null)
        .Select(row => (InvoiceId.Parse(row.RowKey)!.Value, row.PartitionKey, row.Timestamp ?? DateTimeOffset.MinValue));
}
