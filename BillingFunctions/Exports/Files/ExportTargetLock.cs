using System.Security.Cryptography;
using System.Text;
using Azure;
using Azure.Data.Tables;
using Azure.Data.Tables.Models;
using BillingFunctions.Exports.Runs;

namespace BillingFunctions.Exports.Files;

/// <summary>
/// Which run is writing which file. Two runs must not: storage drops the staged blocks of one when the other commits.
/// Kept in <c>Runs</c>, partition <c>export-target</c>.
/// </summary>
public sealed class ExportTargetLock(TableServiceClient tables)
{
    private const string Partition = "export-target";

    private readonly TableClient _table = tables.GetTableClient(ExportRunStore.Table);

    /// <summary>Takes the file for a run. Taking it twice for one run changes nothing.</summary>
    /// <param name="plan">The run and its file.</param>
    /// <param name="isWriting">Whether another run, by its id, is still under way.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    /// <returns>The run that has it; null on success.</returns>
    public async Task<string?> TakeAsync(ExportPlan plan, Func<string, Task<bool>> isWriting, CancellationToken cancellationToken)
    {
        var key = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(plan.Path)));
        while (true)
        {
            var held = await _table.GetEntityIfExistsAsync<TableEntity>(Partition, key, cancellationToken: cancellationToken);
            var owner = held.HasValue ? held.Value!.GetString("RunId") : null;
            if (owner == plan.RunId)
            {
                return null;
            }

            if (owner is not null && await isWriting(owner))
            {
                return owner;
            }

            var mine = new TableEntity(Partition, key) { ["RunId"] = plan.RunId, ["Path"] = plan.Path };
            if (await TryWriteAsync(mine, held.HasValue ? held.Value!.ETag : null, cancellationToken))
            {
                return null;
            }
        }
    }

    private async Task<bool> TryWriteAsync(TableEntity mine, ETag? replaces, CancellationToken cancellationToken)
    {
        try
        {
            await (replaces is { } etag
                ? _table.UpdateEntityAsync(mine, etag, TableUpdateMode.Replace, cancellationToken)
                : _table.AddEntityAsync(mine, cancellationToken));
            return true;
        }
        catch (RequestFailedException conflict) when (conflict.ErrorCode == TableErrorCode.EntityAlreadyExists
            || conflict.ErrorCode == TableErrorCode.UpdateConditionNotSatisfied)
        {
            return false;
        }
    }
}
