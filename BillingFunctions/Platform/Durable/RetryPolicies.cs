using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Platform.Durable;

/// <summary>How often activities are tried. Waiting for a rate limit is no try.</summary>
internal static class RetryPolicies
{
    /// <summary>Calls to Stripe: the SDK has tried three times already. Seven tries in about a minute.</summary>
    public static TaskOptions Stripe { get; } = TaskOptions.FromRetryPolicy(new RetryPolicy(
        maxNumberOfAttempts: 7,
        firstRetryInterval: TimeSpan.FromSeconds(1),
        backoffCoefficient: 2,
        maxRetryInterval: TimeSpan.FromSeconds(20)));

    /// <summary>Work on our own storage: eight tries in about a minute.</summary>
    public static TaskOptions Storage { get; } = TaskOptions.FromRetryPolicy(new RetryPolicy(
        maxNumberOfAttempts: 8,
        firstRetryInterval: TimeSpan.FromSeconds(1),
        backoffCoefficient: 2,
        maxRetryInterval: TimeSpan.FromSeconds(20)));
}

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
