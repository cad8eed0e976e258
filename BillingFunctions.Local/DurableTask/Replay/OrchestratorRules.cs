namespace BillingFunctions.Local.DurableTask.Replay;

internal static class OrchestratorRules
{
    public const string NonDurableAwait =
        "The orchestrator awaits a task that does not come from its TaskOrchestrationContext (such as Task.Delay, Task.Run, I/O, or a "
        + "durable task behind ConfigureAwait(false)). An orchestrator may await only durable tasks; do everything else in an activity.";
}
