namespace BillingFunctions.Local.DurableTask.Store;

/// <summary>Which part of an instance's history counts.</summary>
/// <param name="InstanceId">The instance.</param>
/// <param name="ExecutionId">Which start of that id it belongs to.</param>
/// <param name="Epoch">The run that counts; runs of an instance id are numbered from 1 and never twice.</param>
/// <param name="Pieces">How many pieces of that run are committed; later ones are remains of a broken append.</param>
/// <param name="CommitId">The last append, to tell after an error whether it was ours.</param>
/// <param name="Version">The version that the next append depends on.</param>
/// <param name="PendingId">An append that has begun to write pieces, if one takes several transactions.</param>
internal sealed record HistoryHead(
    string InstanceId, string ExecutionId, int Epoch, int Pieces, Guid CommitId, string Version, Guid? PendingId = null);

/// <summary>A step to append.</summary>
/// <param name="InstanceId">The instance.</param>
/// <param name="ExecutionId">Which start of that id it belongs to.</param>
/// <param name="Epoch">The run to append to; a new number begins a new run and drops the old one.</param>
/// <param name="CommitId">Names this append.</param>
/// <param name="Line">The step as a line.</param>
/// <param name="Head">The head that is to be moved; null if the instance has no history.</param>
internal sealed record HistoryAppend(
    string InstanceId, string ExecutionId, int Epoch, Guid CommitId, ReadOnlyMemory<byte> Line, HistoryHead? Head)
{
    /// <summary>How many pieces of the run are there already.</summary>
    public int FirstPiece => Head is { } head && head.Epoch == Epoch ? head.Pieces : 0;
}
