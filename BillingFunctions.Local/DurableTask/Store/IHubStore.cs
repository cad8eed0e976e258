using BillingFunctions.Local.DurableTask.History;

namespace BillingFunctions.Local.DurableTask.Store;

/// <summary>
/// What the engine keeps of a hub. Every write depends on the version that its writer has read, so a process that has
/// lost the hub without noticing can change nothing. Null (or false) as the answer to a write means that the version has
/// moved on; an exception means that the outcome is not known.
/// </summary>
internal interface IHubStore : IOwnerStore
{
    Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Writes the instance; a null version means that there must be none of that id.</summary>
    Task<InstanceRecord?> TryWriteInstanceAsync(InstanceRecord instance, CancellationToken cancellationToken);

    /// <param name="instanceId">The instance id.</param>
    /// <param name="withPayloads">Whether to read large inputs and outputs too.</param>
    /// <param name="cancellationToken">Ends the query.</param>
    Task<InstanceRecord?> FindInstanceAsync(string instanceId, bool withPayloads, CancellationToken cancellationToken);

    IAsyncEnumerable<InstanceRecord> UnfinishedInstancesAsync(CancellationToken cancellationToken);

    Task<InstancePage> ListInstancesAsync(InstanceFilter filter, string? continuation, CancellationToken cancellationToken);

    Task DeleteInstanceAsync(string instanceId, CancellationToken cancellationToken);

    Task<HistoryHead?> FindHeadAsync(string instanceId, CancellationToken cancellationToken);

    Task<IReadOnlyList<HistoryStep>> LoadStepsAsync(HistoryHead head, CancellationToken cancellationToken);

    /// <summary>Appends a step, all of it or nothing, and moves the head.</summary>
    Task<HistoryHead?> TryAppendAsync(HistoryAppend append, CancellationToken cancellationToken);

    Task DeleteHistoryAsync(string instanceId, CancellationToken cancellationToken);
}
