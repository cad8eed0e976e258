using BillingFunctions.Local.DurableTask.History;
using BillingFunctions.Local.DurableTask.Store;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Local.DurableTask.Engine;

/// <summary>How instances come into being. The entry in memory comes first and keeps others off the id meanwhile.</summary>
internal sealed partial class Hub
{
    /// <summary>Creates an instance; one of the same id is replaced unless its status is among <paramref name="dedupe"/>.</summary>
    /// <exception cref="OrchestrationAlreadyExistsException">It is.</exception>
    public async Task CreateAsync(InstanceRecord record, IReadOnlyCollection<OrchestrationRuntimeStatus> dedupe)
    {
        while (!await TryCreateAsync(record, found => Refuse(found, dedupe)))
        {
            if (Find(record.InstanceId) is { } other)
            {
                Refuse(other.Snapshot, dedupe);
                await EndAsync(other);
            }
        }
    }

    /// <summary>Starts a sub-orchestration unless that has been done; false if an unfinished instance has its id.</summary>
    public async Task<bool> StartChildAsync(SubOrchestrationScheduled call, ParentLink link)
    {
        var now = Time.GetUtcNow();
        var record = new InstanceRecord
        {
            InstanceId = call.InstanceId,
            Name = call.Name,
            ExecutionId = Guid.NewGuid().ToString("N"),
            CreatedAt = now,
            LastUpdatedAt = now,
            Parent = link,
            Input = call.Input,
        };
        var isDone = false;
        while (!isDone && !await TryCreateAsync(record, found => isDone = found.Parent == link))
        {
            if (Find(call.InstanceId) is not { } other)
            {
                continue;
            }

            if (other.Record.Parent == link)
            {
                return true;
            }

            if (!other.Snapshot.IsFinished)
            {
                return false;
            }

            await other.Retired.WaitAsync(Ending);
        }

        return true;
    }

    private static bool Refuse(InstanceRecord found, IReadOnlyCollection<OrchestrationRuntimeStatus> dedupe) => dedupe.Contains(found.Status)
        ? throw new OrchestrationAlreadyExistsException(
            $"An Orchestration instance with the ID {found.InstanceId} already exists. It's in the {found.Status} state.")
        : false;

    private async Task EndAsync(LiveInstance other)
    {
        if (!other.Snapshot.IsFinished)
        {
            await other.Post(new Terminated("\"A new instance with the same ID is started.\"", Recursive: false));
        }

        await other.Retired.WaitAsync(Ending);
    }

    /// <summary>Creates the instance if its id is free or its instance finished; false if there is one in memory.</summary>
    /// <param name="record">The instance.</param>
    /// <param name="refuse">Is shown a finished instance of that id and may forbid to replace it.</param>
    private async Task<bool> TryCreateAsync(InstanceRecord record, Func<InstanceRecord, bool> refuse)
    {
        var instance = new LiveInstance(this, record);
        if (!_live.TryAdd(record.InstanceId, instance))
        {
            return false;
        }

        var isStarted = false;
        try
        {
            if (await Writer.CreateAsync(record, Ending) is { } created)
            {
                instance.StartNew(created, earlier: null);
                return isStarted = true;
            }

            return isStarted = await TryReplaceAsync(instance, refuse);
        }
        finally
        {
            if (!isStarted)
            {
                Remove(instance);
                instance.Abandon();
            }
        }
    }

    private async Task<bool> TryReplaceAsync(LiveInstance instance, Func<InstanceRecord, bool> refuse)
    {
        var id = instance.Record.InstanceId;
        var found = await Writer.RetryAsync(id, () => Store.FindInstanceAsync(id, withPayloads: false, Ending), Ending);
        if (found is null || refuse(found))
        {
            return false;
        }

        var replaced = await Writer.CreateAsync(instance.Record with { Version = found.Version }, Ending);
        if (replaced is null)
        {
            return false;
        }

        instance.StartNew(replaced, await FindHeadAsync(id, Ending));
        return true;
    }
}
