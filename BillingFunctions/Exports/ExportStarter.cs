using BillingFunctions.Platform.Durable;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Exports;

internal static class ExportStarter
{
    /// <summary>Starts the orchestration of a run, unless it is under way.</summary>
    /// <returns>False when it was under way already.</returns>
    public static async Task<bool> StartAsync(DurableTaskClient durable, ExportState state, CancellationToken cancellationToken)
    {
        if (await durable.GetInstanceAsync(state.Plan.RunId, cancellationToken) is { IsCompleted: false })
        {
            return false;
        }

        await durable.ScheduleNewOrchestrationInstanceAsync(
            nameof(ExportCustomersOrchestrator), state, Starts.OneAtATime(state.Plan.RunId), cancellationToken);
        return true;
    }
}
