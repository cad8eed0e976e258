using Azure;
using Azure.Data.Tables;

namespace BillingFunctions.Local.DurableTask.Store;

/// <summary>The row that says which process owns the hub.</summary>
internal sealed partial class TableHubStore
{
    // No instance id begins with @.
    private const string OwnerPartition = "@hub";
    private const string OwnerRow = "owner";

    public async Task<OwnerRecord?> FindOwnerAsync(CancellationToken cancellationToken)
    {
        var found = await _history.GetEntityIfExistsAsync<TableEntity>(OwnerPartition, OwnerRow, cancellationToken: cancellationToken);
        return found is { HasValue: true, Value: { } entity }
            ? new OwnerRecord(
                entity.GetString("OwnerId")!,
                entity.GetString("Machine")!,
                entity.GetInt32("ProcessId")!.Value,
                entity.GetDateTimeOffset("ProcessStartedAt")!.Value,
                entity.GetInt64("Beat")!.Value,
                entity.ETag.ToString())
            : null;
    }

    public async Task<OwnerRecord?> TryWriteOwnerAsync(OwnerRecord owner, CancellationToken cancellationToken)
    {
        var entity = new TableEntity(OwnerPartition, OwnerRow)
        {
            ["OwnerId"] = owner.Id,
            ["Machine"] = owner.Machine,
            ["ProcessId"] = owner.ProcessId,
            ["ProcessStartedAt"] = owner.ProcessStartedAt,
            ["Beat"] = owner.Beat,
        };
        return await TryWriteAsync(_history, entity, owner.Version, cancellationToken) is { } version
            ? owner with { Version = version }
            : null;
    }

    public async Task DeleteOwnerAsync(OwnerRecord owner, CancellationToken cancellationToken)
    {
        try
        {
            await _history.DeleteEntityAsync(OwnerPartition, OwnerRow, new ETag(owner.Version!), cancellationToken);
        }
        catch (RequestFailedException exception) when (IsConflict(exception))
        {
            // Somebody else owns the hub now; the row is theirs.
        }
    }
}
