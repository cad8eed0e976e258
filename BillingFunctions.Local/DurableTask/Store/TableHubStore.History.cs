using System.Runtime.CompilerServices;
using Azure;
using Azure.Data.Tables;
using BillingFunctions.Local.DurableTask.History;

namespace BillingFunctions.Local.DurableTask.Store;

/// <summary>
/// Histories: rows <c>{run}-{piece}</c> with the steps, and a row <c>head</c> that says how many pieces of which run count.
/// The head is written in the same transaction as the last pieces, so a step of any size is there as a whole or not at all.
/// </summary>
internal sealed partial class TableHubStore
{
    private const string HeadRow = "head";
    private const int MaxPointReads = 8;
    private const int MaxDeletesPerCommit = 90;

    public async Task<HistoryHead?> FindHeadAsync(string instanceId, CancellationToken cancellationToken)
    {
        var found = await _history.GetEntityIfExistsAsync<TableEntity>(instanceId, HeadRow, cancellationToken: cancellationToken);
        return found is { HasValue: true, Value: { } entity }
            ? new HistoryHead(
                instanceId,
                entity.GetString("ExecutionId")!,
                entity.GetInt32("Epoch")!.Value,
                entity.GetInt32("Pieces")!.Value,
                entity.GetGuid("CommitId")!.Value,
                entity.ETag.ToString(),
                entity.GetGuid("PendingId"))
            : null;
    }

    public async Task<IReadOnlyList<HistoryStep>> LoadStepsAsync(HistoryHead head, CancellationToken cancellationToken)
    {
        using var bytes = new MemoryStream();
        var pieces = head.Pieces <= MaxPointReads
            ? ReadPiecesAsync(head, cancellationToken)
            : (IAsyncEnumerable<TableEntity>)QueryPiecesAsync(head, cancellationToken);
        await foreach (var piece in pieces)
        {
            PieceEntities.Read(piece, "D", bytes);
        }

        return HistoryJson.ReadAll(bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
    }

    public async Task<HistoryHead?> TryAppendAsync(HistoryAppend append, CancellationToken cancellationToken)
    {
        var first = append.FirstPiece;
        var pieces = PieceEntities.Split(append.InstanceId, i => PieceRow(append.Epoch, first + i), append.Line);
        while (pieces.Count > PieceEntities.MaxEntitiesPerTransaction)
        {
            var part = pieces[..PieceEntities.MaxEntitiesPerTransaction];
            if (await TryReserveAsync(append, part, cancellationToken) is not { } reserved)
            {
                return null;
            }

            append = append with { Head = reserved };
            pieces.RemoveRange(0, part.Count);
            first += part.Count;
        }

        var head = new HistoryHead(append.InstanceId, append.ExecutionId, append.Epoch, first + pieces.Count, append.CommitId, string.Empty);
        var moved = await TryMoveHeadAsync(head, append.Head?.Version, [.. Puts(pieces), .. DropEarlierRun(append)], cancellationToken);
        await DropRestOfEarlierRunAsync(append, moved, cancellationToken);
        return moved;
    }

    public Task DeleteHistoryAsync(string instanceId, CancellationToken cancellationToken) =>
        DeletePartitionAsync(_history, instanceId, cancellationToken);

    private static string PieceRow(int epoch, int piece) => $"{epoch:D10}-{piece:D10}";

    private static TableTransactionAction WriteHead(HistoryHead head, string? version)
    {
        var entity = new TableEntity(head.InstanceId, HeadRow)
        {
            ["ExecutionId"] = head.ExecutionId,
            ["Epoch"] = head.Epoch,
            ["Pieces"] = head.Pieces,
            ["CommitId"] = head.CommitId,
            ["PendingId"] = head.PendingId,
        };
        return version is null
            ? new TableTransactionAction(TableTransactionActionType.Add, entity)
            : new TableTransactionAction(TableTransactionActionType.UpdateReplace, entity, new ETag(version));
    }

    /// <summary>Deletes of what the head of an earlier run counts, as many as fit into the transaction.</summary>
    private static IEnumerable<TableTransactionAction> DropEarlierRun(HistoryAppend append) => Drops(append).Take(MaxDeletesPerCommit);

    private static IEnumerable<TableTransactionAction> Drops(HistoryAppend append) =>
        append.Head is { } old && old.Epoch != append.Epoch
            ? Enumerable.Range(0, old.Pieces).Select(piece => new TableTransactionAction(
                TableTransactionActionType.Delete, new TableEntity(append.InstanceId, PieceRow(old.Epoch, piece)), ETag.All))
            : [];

    // Nobody reads these rows any more. Should it fail, a purge of the instance finds them.
    private async Task DropRestOfEarlierRunAsync(HistoryAppend append, HistoryHead? moved, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var drops in Drops(append).Skip(MaxDeletesPerCommit).Chunk(100).TakeWhile(_ => moved is not null))
            {
                await _history.SubmitTransactionAsync(drops, cancellationToken);
            }
        }
        catch (RequestFailedException)
        {
            // See above.
        }
    }

    private static IEnumerable<TableTransactionAction> Puts(IEnumerable<TableEntity> pieces) =>
        pieces.Select(piece => new TableTransactionAction(TableTransactionActionType.UpsertReplace, piece));

    /// <summary>
    /// Writes pieces that do not fit into the last transaction. The head goes along with its contents unchanged, so that a
    /// process that has lost the hub cannot write over the pieces of the one that has it now.
    /// </summary>
    private Task<HistoryHead?> TryReserveAsync(HistoryAppend append, List<TableEntity> pieces, CancellationToken cancellationToken)
    {
        var head = append.Head ?? new HistoryHead(append.InstanceId, append.ExecutionId, append.Epoch, 0, Guid.Empty, string.Empty);
        return TryMoveHeadAsync(head with { PendingId = append.CommitId }, append.Head?.Version, Puts(pieces), cancellationToken);
    }

    private async Task<HistoryHead?> TryMoveHeadAsync(
        HistoryHead head, string? version, IEnumerable<TableTransactionAction> actions, CancellationToken cancellationToken)
    {
        try
        {
            var responses = await _history.SubmitTransactionAsync([WriteHead(head, version), .. actions], cancellationToken);
            return head with { Version = responses.Value[0].Headers.ETag!.Value.ToString() };
        }
        catch (RequestFailedException exception) when (IsConflict(exception))
        {
            return null;
        }
    }

    // A point read costs the same however large the table is; a query costs Azurite a scan of all of it.
    private async IAsyncEnumerable<TableEntity> ReadPiecesAsync(
        HistoryHead head, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        for (var piece = 0; piece < head.Pieces; piece++)
        {
            yield return (await _history.GetEntityAsync<TableEntity>(
                head.InstanceId, PieceRow(head.Epoch, piece), cancellationToken: cancellationToken)).Value;
        }
    }

    private AsyncPageable<TableEntity> QueryPiecesAsync(HistoryHead head, CancellationToken cancellationToken) =>
        _history.QueryAsync<TableEntity>(
            TableClient.CreateQueryFilter(
                $"PartitionKey eq {head.InstanceId} and RowKey ge {PieceRow(head.Epoch, 0)} and RowKey lt {PieceRow(head.Epoch, head.Pieces)}"),
            cancellationToken: cancellationToken);
}
