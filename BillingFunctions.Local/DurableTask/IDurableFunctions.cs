using Microsoft.DurableTask;

namespace BillingFunctions.Local.DurableTask;

/// <summary>What the function host offers the durable engine: the functions by name.</summary>
internal interface IDurableFunctions
{
    /// <summary>
    /// Cancelled when the host is told to stop, which is well before the engine is: from then on no activity is begun, and one that fails
    /// was interrupted, since what it needs may be gone.
    /// </summary>
    CancellationToken Stopping { get; }

    bool HasOrchestrator(string name);

    bool HasActivity(string name);

    /// <summary>
    /// Runs an orchestrator. It is called on the engine's deterministic scheduler, so nothing on the way may await
    /// anything but tasks of <paramref name="context"/>, nor leave the scheduler by ConfigureAwait(false).
    /// </summary>
    Task<object?> RunOrchestratorAsync(string name, TaskOrchestrationContext context);

    /// <summary>Runs an activity; throws what the activity throws.</summary>
    Task<object?> RunActivityAsync(string name, string instanceId, string? inputJson, CancellationToken cancellationToken);
}
