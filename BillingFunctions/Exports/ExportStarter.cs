using BillingFunctions.Platform.Durable;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Exports;

/// <summary>Starts the orchestration of a run.</summary>
public sealed class ExportStarter(StretchProgressStore progress)
{
    /// <summary>Starts it, unless it is under way.</summary>
    internal async Task StartAsync(DurableTaskClient durable, ExportState state, CancellationToken cancellationToken)
    {
        if (await durable.GetInstanceAsync(state.Plan.RunId, cancellationToken) is { IsCompleted: false })
        {
            return;
        }

        await progress.OpenAsync(state.Plan.RunId, cancellationToken);
        await durable.ScheduleNewOrchestrationInstanceAsync(
            nameof(ExportCustomersOrchestrator), state, Starts.OneAtATime(state.Plan.RunId), cancellationToken);
    }
}
