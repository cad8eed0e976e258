using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Platform.Durable;

/// <summary>How orchestrations are started.</summary>
internal static class Starts
{
    /// <summary>
    /// One instance of an id at a time: starting it while it is under way fails, and does nothing to the one that is. Some hosts would end that one and start
    /// another, unless told.
    /// </summary>
    public static StartOrchestrationOptions OneAtATime(string instanceId) => new StartOrchestrationOptions(InstanceId: instanceId)
        .WithDedupeStatuses(OrchestrationRuntimeStatus.Pending, OrchestrationRuntimeStatus.Running, OrchestrationRuntimeStatus.Suspended);
}
