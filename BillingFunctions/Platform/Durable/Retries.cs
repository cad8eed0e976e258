using Microsoft.DurableTask;

namespace BillingFunctions.Platform.Durable;

/// <summary>How often activities are tried. Waiting for a rate limit is no try.</summary>
internal static class Retries
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
