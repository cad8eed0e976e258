using Azure.Data.Tables;
using BillingFunctions.Customers;
using BillingFunctions.CustomerUploads.Rows;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.CustomerUploads.Ingest;

/// <summary>
/// Writes uploaded customers into <c>Customers</c>, up to 100 of a bucket in one transaction. Rows are thought to be new until one is not: then those of its
/// transaction are read, and written only where that is due. A row that names a Stripe customer and what Stripe has told of that become one customer.
/// </summary>
public sealed class UploadedCustomerWriter(TableServiceClient tables, CustomerDirectory directory, TimeProvider time)
{
    /// <summary>Keys, times and what goes around them.</summary>
    private const int SmallBytes = 3 * 1024;

    private const int Parallelism = 8;

    private readonly TableClient _table = tables.GetTableClient(CustomerStore.Table);

    /// <summary>Writes them. Safe to repeat, also while somebody else does the same.</summary>
    internal async Task WriteAsync(IEnumerable<UploadedCustomer> customers, IngestStamp stamp, CancellationToken cancellationToken)
    {
        var batches = customers.ByPartition(customer => TableKey.Bucket(customer.Id)).ToList();
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        var expectNew = true;
        await Parallel.ForEachAsync(batches, options, async (batch, token) => expectNew = await WriteAsync(batch, stamp, expectNew, token));
    }

    /// <returns>Whether the next ones are probably new too.</returns>
    private async Task<bool> WriteAsync(IReadOnlyList<UploadedCustomer> batch, IngestStamp stamp, bool expectNew, CancellationToken cancellationToken)
    {
        var stored = expectNew ? new CustomerStore.Entity?[batch.Count] : await ReadAsync(batch, cancellationToken);
        while (!await TrySubmitAsync(Actions(batch, stored, stamp), cancellationToken))
        {
            stored = await ReadAsync(batch, cancellationToken);
        }

        await WriteMergedAsync(batch, stored, stamp, cancellationToken);
        await LeadAsync(batch, stored, stamp, cancellationToken);
        return Array.TrueForAll(stored, entity => entity is null);
    }

    /// <summary>Writes those whose id leads to another customer.</summary>
    private Task WriteMergedAsync(IReadOnlyList<UploadedCustomer> batch, CustomerStore.Entity?[] stored, IngestStamp stamp, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        batch.Zip(stored).Where(row => row.Second is { MergedInto.Length: > 0 }).Select(row => row.First),
        new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
        async (row, token) => await directory.ChangeAsync(row.Id, stamp.UploadId, customer => CustomerMerge.Merge(customer, row, stamp), token));

    /// <summary>Has the Stripe ids lead to their customers. Once more for rows that are not written again: the process that wrote them may have ended before.</summary>
    private async Task LeadAsync(IReadOnlyList<UploadedCustomer> batch, CustomerStore.Entity?[] stored, IngestStamp stamp, CancellationToken cancellationToken)
    {
        var linked = batch.Zip(stored, (row, entity) => (Row: row, Before: entity?.ToCustomer()))
            .Where(row => row.Row.StripeId is { Length: > 0 } stripeId && stripeId != row.Row.Id && row.Before is null or { MergedInto: null }
                && (CustomerMerge.Merge(row.Before, row.Row, stamp) ?? row.Before)?.StripeId == stripeId)
            .Select(row => (StripeId: row.Row.StripeId!, row.Row.Id))
            .ToList();
        var first = linked.DistinctBy(link => link.StripeId).ToList();
        foreach (var doubled in linked.Except(first))
        {
            await directory.LeadAsync(doubled.StripeId, doubled.Id, stamp.UploadId, stamp.ReceivedAt, cancellationToken);
        }

        foreach (var partition in first.ByPartition(link => TableKey.Bucket(link.StripeId)))
        {
            var actions = partition.Select(link => new TableTransactionAction(TableTransactionActionType.Add, CustomerStore.Entity.LeadingTo(link.StripeId, link.Id, time.GetUtcNow())));
            foreach (var refused in await _table.SubmitPossibleAsync([.. actions], cancellationToken))
            {
                await directory.LeadAsync(partition[refused].StripeId, partition[refused].Id, stamp.UploadId, stamp.ReceivedAt, cancellationToken);
            }
        }
    }

    /// <summary>By their full keys: a query would read what stands between them too.</summary>
    private async Task<CustomerStore.Entity?[]> ReadAsync(IReadOnlyList<UploadedCustomer> batch, CancellationToken cancellationToken)
    {
        var stored = new CustomerStore.Entity?[batch.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, batch.Count, options, async (index, token) =>
        {
            var id = batch[index].Id;
            stored[index] = await _table.FindAsync<CustomerStore.Entity>(TableKey.Bucket(id), TableKey.From(id), token);
        });
        return stored;
    }

    private IEnumerable<(TableTransactionAction Action, int Bytes)> Actions(IReadOnlyList<UploadedCustomer> batch, CustomerStore.Entity?[] stored, IngestStamp stamp)
    {
        var now = time.GetUtcNow();
        return stored.Zip(batch, (entity, row) => ActionFor(entity, row, stamp, now)).OfType<(TableTransactionAction, int)>();
    }

    private static (TableTransactionAction Action, int Bytes)? ActionFor(CustomerStore.Entity? stored, UploadedCustomer row, IngestStamp stamp, DateTimeOffset now)
    {
        var before = stored?.ToCustomer();
        if (before?.MergedInto is not null)
        {
            return null;
        }

        if (CustomerMerge.Merge(before, row, stamp) is not { } after)
        {
            return null;
        }

        if (stored is not null && CustomerMerge.SaysTheSame(before!, after))
        {
            return (new(TableTransactionActionType.UpdateMerge, StampOnly(stored, stamp), stored.ETag), SmallBytes);
        }

        var entity = CustomerStore.Entity.From(after, now);
        return (stored is null ? new(TableTransactionActionType.Add, entity) : new(TableTransactionActionType.UpdateMerge, entity, stored.ETag), SizeOf(entity));
    }

    private static TableEntity StampOnly(CustomerStore.Entity stored, IngestStamp stamp) => new(stored.PartitionKey, stored.RowKey)
    {
        [nameof(CustomerStore.Entity.LastIngestedAt)] = stamp.ReceivedAt,
        [nameof(CustomerStore.Entity.LastIngestedBy)] = stamp.UploadId,
    };

    /// <summary>No less than what it takes on its way.</summary>
    private static int SizeOf(CustomerStore.Entity entity) =>
        SmallBytes + (entity.Metadata.Length * 4 / 3) + (6 * (entity.RowKey.Length + entity.Name.Length + (2 * entity.Email.Length) + entity.Phone.Length));

    /// <returns>False when one of the rows is not as it was thought to be. Those before it may have been written.</returns>
    private async Task<bool> TrySubmitAsync(IEnumerable<(TableTransactionAction Action, int Bytes)> actions, CancellationToken cancellationToken)
    {
        foreach (var transaction in actions.ByPartition(action => action.Action.Entity.PartitionKey, action => action.Bytes))
        {
            if (!await _table.TrySubmitAsync([.. transaction.Select(action => action.Action)], cancellationToken))
            {
                return false;
            }
        }

        return true;
    }
}
