using Azure;
using Azure.Data.Tables;

namespace BillingFunctions.Platform.Storage;

internal static class Transactions
{
    /// <summary>How many rows a transaction may have.</summary>
    public const int MaxRows = 100;

    /// <summary>Storage takes 4 MiB, with what goes around the rows.</summary>
    private const int MaxBytes = 3 * 1024 * 1024;

    private const int FewRefusals = 3;

    /// <summary>Splits rows into pieces of one partition that fit into a transaction each. Those of a partition stay in their order.</summary>
    /// <param name="rows">The rows, or what they are made of.</param>
    /// <param name="partitionOf">The partition of one.</param>
    /// <param name="bytesOf">How large it is at the most; when left out, as small as makes no difference.</param>
    public static IEnumerable<IReadOnlyList<T>> ByPartition<T>(this IEnumerable<T> rows, Func<T, string> partitionOf, Func<T, int>? bytesOf = null) =>
        rows.GroupBy(partitionOf).SelectMany(partition => Split(partition, bytesOf ?? (static _ => 0)));

    /// <summary>
    /// Does what can be done of <paramref name="actions"/>, all of one partition, in one transaction: those that storage refuses because their row is there already,
    /// or is not there, are taken out and the rest committed. If it refuses many, one by one, the rest is done row by row and at the same time.
    /// </summary>
    /// <returns>The indexes of those that were refused.</returns>
    /// <exception cref="RequestFailedException">Storage refused for another reason. Nothing was done, or, when it had refused many, some may have been.</exception>
    public static async Task<IReadOnlySet<int>> SubmitPossibleAsync(
        this TableClient table, IReadOnlyList<TableTransactionAction> actions, CancellationToken cancellationToken)
    {
        var (left, refused) = (Enumerable.Range(0, actions.Count).ToList(), new HashSet<int>());
        while (left.Count > 0 && refused.Count < FewRefusals && await RefusedAsync(table, left.Select(index => actions[index]), cancellationToken) is { } first)
        {
            refused.Add(left[first]);
            left.RemoveAt(first);
        }

        if (refused.Count >= FewRefusals)
        {
            var alone = await Task.WhenAll(left.Select(async index => (Index: index, Refused: await RefusedAsync(table, [actions[index]], cancellationToken) is not null)));
            refused.UnionWith(alone.Where(row => row.Refused).Select(row => row.Index));
        }

        return refused;
    }

    /// <returns>Which of them was refused, so that none was done; null when all were.</returns>
    private static async Task<int?> RefusedAsync(TableClient table, IEnumerable<TableTransactionAction> actions, CancellationToken cancellationToken)
    {
        try
        {
            await table.SubmitTransactionAsync(actions, cancellationToken);
            return null;
        }
        catch (TableTransactionFailedException refusal) when (refusal.IsConflict() && refusal.FailedTransactionActionIndex is { } refused)
        {
            return refused;
        }
    }

    private static IEnumerable<IReadOnlyList<T>> Split<T>(IEnumerable<T> rows, Func<T, int> bytesOf)
    {
        var (piece, size) = (new List<T>(), 0);
        foreach (var row in rows)
        {
            var bytes = bytesOf(row);
            if (piece.Count == MaxRows || (piece.Count > 0 && size + bytes > MaxBytes))
            {
                yield return piece;
                (piece, size) = ([], 0);
            }

            piece.Add(row);
            size += bytes;
        }

        if (piece.Count > 0)
        {
            yield return piece;
        }
    }
}
