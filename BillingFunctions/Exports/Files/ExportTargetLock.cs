using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Exports.Files;

/// <summary>
/// Which run is writing which file. Two runs must not: storage drops the staged blocks of one when the other commits.
/// Kept in <c>Runs</c>, partition <c>export-target</c>.
/// </summary>
public sealed class ExportTargetLock(TableServiceClient tables)
{
    private const string Partition = "export-target";

    private readonly VersionedRows<TableEntity, Owner> _owners = new(
        tables.GetTableClient(RunTable.Name),
        row => new Owner(row.GetString("RunId")!, row.GetString("Path")),
        (partition, row, owner) => new TableEntity(partition, row) { ["RunId"] = owner.RunId, ["Path"] = owner.Path });

    /// <summary>Takes the file for a run. Taking it twice for one run changes nothing.</summary>
    /// <param name="plan">The run and its file.</param>
    /// <param name="isWriting">Whether another run, by its id, is still under way.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    /// <returns>The run that has it; null on success.</returns>
    public async Task<string?> TakeAsync(ExportPlan plan, Func<string, Task<bool>> isWriting, CancellationToken cancellationToken)
    {
        var file = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(plan.Path)));
        var mine = new Owner(plan.RunId, plan.Path);
        var taken = await _owners.ChangeAsync(
            Partition, file, async owner => owner is null || (owner.RunId != mine.RunId && !await isWriting(owner.RunId)) ? mine : null, cancellationToken);
        return taken.After!.RunId == mine.RunId ? null : taken.After.RunId;
    }

    private sealed record Owner(string RunId, string? Path);
}
