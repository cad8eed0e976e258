using Microsoft.DurableTask;

namespace BillingFunctions.Local.DurableTask.Replay;

/// <summary>Repeats a call as its retry policy says; pauses are durable timers, time is the orchestrator's.</summary>
internal static class RetryLoop
{
    public static async Task<T> RunAsync<T>(TaskOrchestrationContext context, RetryPolicy? policy, Func<Task<T>> call)
    {
        var startedAt = context.CurrentUtcDateTime;
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (TaskFailedException failed) when (policy is not null)
            {
                if (PauseAfter(policy, attempt, failed.FailureDetails, context.CurrentUtcDateTime - startedAt) is not { } pause)
                {
                    throw;
                }

                await context.CreateTimer(pause, CancellationToken.None);
            }
        }
    }

    /// <summary>The pause after attempt number <paramref name="attempt"/>; null to give up.</summary>
    public static TimeSpan? PauseAfter(RetryPolicy policy, int attempt, TaskFailureDetails failure, TimeSpan sinceFirst)
    {
        var isLate = policy.RetryTimeout != Timeout.InfiniteTimeSpan && sinceFirst >= policy.RetryTimeout;
        if (attempt >= policy.MaxNumberOfAttempts || isLate || !policy.Handles(failure))
        {
            return null;
        }

        var pause = policy.FirstRetryInterval.TotalMilliseconds * Math.Pow(policy.BackoffCoefficient, attempt - 1);
        var longest = policy.MaxRetryInterval == Timeout.InfiniteTimeSpan ? TimeSpan.FromDays(365_000) : policy.MaxRetryInterval;
        return pause < longest.TotalMilliseconds ? TimeSpan.FromMilliseconds(pause) : longest;
    }
}
