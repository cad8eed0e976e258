using BillingFunctions.Platform;
using BillingFunctions.Platform.Durable;
using BillingFunctions.Platform.Runs;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Invoicing.Runs;

/// <summary>Starts runs, and tells how the latest of a month stands.</summary>
public sealed class InvoicingRuns(InvoicingRunStore store, TimeProvider time)
{
    private static string InstanceOf(string month, bool onlyWatches) => onlyWatches ? $"invoicing-{month}-retry" : $"invoicing-{month}";

    /// <summary>Starts a run, unless one for the month is under way.</summary>
    /// <param name="durable">The client.</param>
    /// <param name="month">A month that has ended.</param>
    /// <param name="requestedBy">Who asks.</param>
    /// <param name="onlyWatches">Whether it is only to see through what is open.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The run that is under way now.</returns>
    internal async Task<InvoicingRun> StartAsync(DurableTaskClient durable, BillingMonth month, string requestedBy, bool onlyWatches, CancellationToken cancellationToken)
    {
        while (true)
        {
            // One that broke down is carried on: to watch only would hide that there are customers left.
            var latest = await store.FindLatestAsync(month.ToString(), cancellationToken);
            var watches = onlyWatches && latest is not { OnlyWatches: false, Status: InvoicingRunStatus.Queued or InvoicingRunStatus.Failed };
            if (await FindRunningAsync(durable, InstanceOf(month.ToString(), watches), cancellationToken) is { } running)
            {
                return running;
            }

            // Of several that ask at once one makes its run the latest, and the others start that one: the engine alone would let each of them start its own.
            var state = Following(latest, NewState(month, requestedBy, watches));
            if (state.RunId == latest?.Id || await store.TrySetLatestAsync(InvoicingRun.Of(state, InvoicingRunStatus.Queued), latest, cancellationToken))
            {
                return await ScheduleAsync(durable, state, cancellationToken);
            }
        }
    }

    /// <summary>Notes that the month is to be billed, if nothing was ever noted of it: should the process die before the run has started, <see cref="InvoicingCareFunction"/> starts it.</summary>
    internal async Task AnnounceAsync(BillingMonth month, string requestedBy, CancellationToken cancellationToken)
    {
        if (await store.FindLatestAsync(month.ToString(), cancellationToken) is null)
        {
            await store.TrySetLatestAsync(InvoicingRun.Of(NewState(month, requestedBy, onlyWatches: false), InvoicingRunStatus.Queued), latest: null, cancellationToken);
        }
    }

    /// <summary>Has somebody watch over what is open, and say at last how all went: the run that is under way, or one that only watches.</summary>
    internal async Task SeeThroughAsync(DurableTaskClient durable, BillingMonth month, string requestedBy, CancellationToken cancellationToken)
    {
        if (!await IsRunningAsync(durable, month, onlyWatches: false, cancellationToken))
        {
            await StartAsync(durable, month, requestedBy, onlyWatches: true, cancellationToken);
        }
    }

    /// <summary>Whether invoices are being added for the month, or watched over.</summary>
    internal async Task<bool> IsUnderWayAsync(DurableTaskClient durable, BillingMonth month, CancellationToken cancellationToken) =>
        await IsRunningAsync(durable, month, onlyWatches: false, cancellationToken) || await IsRunningAsync(durable, month, onlyWatches: true, cancellationToken);

    /// <summary>The run that is under way, else the latest, and its progress; null when there has been none.</summary>
    internal async Task<(InvoicingRun Run, InvoicingProgress? Progress)?> FindAsync(DurableTaskClient durable, string month, CancellationToken cancellationToken)
    {
        foreach (var onlyWatches in new[] { false, true })
        {
            var instance = await durable.GetInstanceAsync(InstanceOf(month, onlyWatches), getInputsAndOutputs: true, cancellationToken);
            if (instance is { IsCompleted: false } && RunOf(instance) is { } running)
            {
                return (running, instance.SerializedCustomStatus is null ? null : instance.ReadCustomStatusAs<InvoicingProgress>());
            }
        }

        return await store.FindLatestAsync(month, cancellationToken) is { } latest ? (await EndedAsync(durable, latest, cancellationToken), null) : null;
    }

    /// <summary>Whether the run ended without being able to say so, as when storage was away then too. One that somebody has stopped has not.</summary>
    internal async Task<bool> HasBrokenDownAsync(DurableTaskClient durable, BillingMonth month, bool onlyWatches, CancellationToken cancellationToken) =>
        await durable.GetInstanceAsync(InstanceOf(month.ToString(), onlyWatches), cancellationToken) is { RuntimeStatus: OrchestrationRuntimeStatus.Failed };

    private static async Task<InvoicingRun> ScheduleAsync(DurableTaskClient durable, InvoicingState state, CancellationToken cancellationToken)
    {
        var instanceId = InstanceOf(state.Month, state.OnlyWatches);
        try
        {
            await durable.ScheduleNewOrchestrationInstanceAsync(nameof(InvoicingOrchestrator), state, Starts.OneAtATime(instanceId), cancellationToken);
            return InvoicingRun.Of(state, InvoicingRunStatus.Queued);
        }
        catch (Exception refusal) when (refusal is not OperationCanceledException)
        {
            // Somebody else was faster. What is thrown then depends on the host.
            if (await FindRunningAsync(durable, instanceId, cancellationToken) is { } started)
            {
                return started;
            }

            throw;
        }
    }

    private static async Task<bool> IsRunningAsync(DurableTaskClient durable, BillingMonth month, bool onlyWatches, CancellationToken cancellationToken) =>
        await durable.GetInstanceAsync(InstanceOf(month.ToString(), onlyWatches), cancellationToken) is { IsCompleted: false };

    private InvoicingState NewState(BillingMonth month, string requestedBy, bool onlyWatches)
    {
        var now = time.GetUtcNow();
        return new InvoicingState(RunId.New<InvoicingRun>(now), month.ToString(), requestedBy, now, onlyWatches);
    }

    /// <summary>A queued run is the one that begins. One that only watches carries on what the one before has begun, and the report keeps telling how much that was.</summary>
    private static InvoicingState Following(InvoicingRun? latest, InvoicingState state)
    {
        var following = latest is not null && state.OnlyWatches ? state with { Customers = latest.Customers, Added = latest.Added, NotBilled = latest.NotBilled } : state;
        return latest is { Status: InvoicingRunStatus.Queued } && latest.OnlyWatches == state.OnlyWatches
            ? following with { RunId = latest.Id, RequestedBy = latest.RequestedBy, StartedAt = latest.StartedAt }
            : following;
    }

    private static async Task<InvoicingRun?> FindRunningAsync(DurableTaskClient durable, string instanceId, CancellationToken cancellationToken) =>
        await durable.GetInstanceAsync(instanceId, getInputsAndOutputs: true, cancellationToken) is { IsCompleted: false } instance ? RunOf(instance) : null;

    private static InvoicingRun? RunOf(OrchestrationMetadata instance) => instance.ReadInputAs<InvoicingState>() is { } state
        ? InvoicingRun.Of(state, instance.RuntimeStatus == OrchestrationRuntimeStatus.Pending ? InvoicingRunStatus.Queued : InvoicingRunStatus.Running)
        : null;

    /// <summary>A run whose orchestration has ended without saying how was terminated, or broke down.</summary>
    private async Task<InvoicingRun> EndedAsync(DurableTaskClient durable, InvoicingRun run, CancellationToken cancellationToken)
    {
        if (run.Status != InvoicingRunStatus.Running)
        {
            return run;
        }

        var instance = await durable.GetInstanceAsync(InstanceOf(run.Month, run.OnlyWatches), getInputsAndOutputs: true, cancellationToken);
        return instance?.RuntimeStatus == OrchestrationRuntimeStatus.Completed && await store.FindLatestAsync(run.Month, cancellationToken) is { } ended
            ? ended
            : run with
            {
                Status = InvoicingRunStatus.Failed,
                FinishedAt = instance?.LastUpdatedAt,
                Error = instance?.FailureDetails?.ErrorMessage ?? "It was stopped. Start it again.",
            };
    }
}
