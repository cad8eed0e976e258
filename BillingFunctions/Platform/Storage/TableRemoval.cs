using Azure.Data.Tables;

namespace BillingFunctions.Platform.Storage;

internal static class TableRemoval
{
    /// <summary>The columns that a removal needs.</summary>
    public static readonly IReadOnlyList<string> Columns = [nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), nameof(TableEntity.Timestamp)];

    /// <summary>What is read before it is removed.</summary>
    private const int Batch = 1_000;

    private const int Parallelism = 8;

    /// <summary>Deletes rows, those of a partition in transactions. One that has been changed or removed since it was read is left so.</summary>
    /// <param name="table">The table.</param>
    /// <param name="rows">The rows, with <see cref="Columns"/> at least.</param>
    /// <param name="cancellationToken">Stops it; what is removed stays removed.</param>
    /// <returns>How many were deleted.</returns>
    public static async Task<int> RemoveAsync(this TableClient table, IAsyncEnumerable<TableEntity> rows, CancellationToken cancellationToken)
    {
        var removed = 0;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        await foreach (var batch in rows.Chunk(Batch).WithCancellation(cancellationToken))
        {
            await Parallel.ForEachAsync(batch.ByPartition(row => row.PartitionKey), parallel, async (piece, token) =>
            {
                var refused = await table.SubmitPossibleAsync([.. piece.Select(row => new TableTransactionAction(TableTransactionActionType.Delete, row, row.ETag))], token);
                Interlocked.Add(ref removed, piece.Count - refused.Count);
            });
        }

        return removed;
    }
}
