using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;

namespace BillingFunctions.Platform.Tables;

internal static class Transactions
{
    /// <summary>
    /// Does what can be done of <paramref name="actions"/>, all of one partition, in one transaction: those that storage refuses because their row is there already,
    /// or is not there, are taken out and the rest committed.
    /// </summary>
    /// <returns>The indexes of those that were refused.</returns>
    /// <exception cref="RequestFailedException">Nothing was done, for another reason.</exception>
    public static async Task<IReadOnlySet<int>> SubmitPossibleAsync(
        this TableClient table, IReadOnlyList<TableTransactionAction> actions, CancellationToken cancellationToken)
    {
        var left = Enumerable.Range(0, actions.Count).ToList();
        while (left.Count > 0)
        {
            try
            {
                await table.SubmitTransactionAsync(left.Select(index => actions[index]), cancellationToken);
                break;
            }
            catch (TableTransactionFailedException refusal) when (IsAboutTheRow(refusal) && refusal.FailedTransactionActionIndex is { } refused)
            {
                left.RemoveAt(refused);
            }
        }

        return Enumerable.Range(0, actions.Count).Except(left).ToHashSet();
    }

    private static bool IsAboutTheRow(RequestFailedException refusal) =>
        refusal.ErrorCode == TableErrorCode.EntityAlreadyExists || refusal.ErrorCode == TableErrorCode.ResourceNotFound;
}
