using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace BillingFunctions.Platform.Storage;

internal static class Transactions
{
    private const int FewRefusals = 3;

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
        catch (TableTransactionFailedException refusal) when (IsAboutTheRow(refusal) && refusal.FailedTransactionActionIndex is { } refused)
        {
            return refused;
        }
    }

    private static bool IsAboutTheRow(RequestFailedException refusal) =>
        refusal.ErrorCode == TableErrorCode.EntityAlreadyExists || refusal.ErrorCode == TableErrorCode.ResourceNotFound;
}
