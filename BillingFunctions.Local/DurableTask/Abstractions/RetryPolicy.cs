namespace Microsoft.DurableTask;

/// <summary>Retries a failed activity or sub-orchestration after growing pauses.</summary>
public class RetryPolicy
{
    private readonly Func<TaskFailureDetails, bool> _handleFailure = static _ => true;

    /// <summary>Describes the pauses. <see cref="Timeout.InfiniteTimeSpan"/> lifts either of the two limits.</summary>
    /// <param name="maxNumberOfAttempts">All attempts together, the first included; at least 1.</param>
    /// <param name="firstRetryInterval">The pause after the first attempt; more than zero.</param>
    /// <param name="backoffCoefficient">What each pause is multiplied by to give the next; at least 1.</param>
    /// <param name="maxRetryInterval">The longest pause; one hour by default, not less than the first.</param>
    /// <param name="retryTimeout">No attempt begins later than this after the first one; no limit by default.</param>
    /// <exception cref="ArgumentOutOfRangeException">A value is outside the range given above.</exception>
    public RetryPolicy(
        int maxNumberOfAttempts,
        TimeSpan firstRetryInterval,
        double backoffCoefficient = 1.0,
        TimeSpan? maxRetryInterval = null,
        TimeSpan? retryTimeout = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(maxNumberOfAttempts);
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(firstRetryInterval, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(backoffCoefficient, 1.0);
        MaxNumberOfAttempts = maxNumberOfAttempts;
        FirstRetryInterval = firstRetryInterval;
        BackoffCoefficient = backoffCoefficient;
        MaxRetryInterval = Limit(maxRetryInterval, firstRetryInterval, nameof(maxRetryInterval)) ?? TimeSpan.FromHours(1);
        RetryTimeout = Limit(retryTimeout, firstRetryInterval, nameof(retryTimeout)) ?? Timeout.InfiniteTimeSpan;
    }

    /// <summary>All attempts together, the first included.</summary>
    public int MaxNumberOfAttempts { get; }

    /// <summary>The pause after the first attempt.</summary>
    public TimeSpan FirstRetryInterval { get; }

    /// <summary>What each pause is multiplied by to give the next.</summary>
    public double BackoffCoefficient { get; }

    /// <summary>The longest pause.</summary>
    public TimeSpan MaxRetryInterval { get; }

    /// <summary>The time after the first attempt at which retrying ends.</summary>
    public TimeSpan RetryTimeout { get; }

    /// <summary>Decides whether a failure is worth a retry; the limits of attempts and time come first.</summary>
    public Func<TaskFailureDetails, bool> HandleFailure
    {
        init => _handleFailure = value;
    }

    internal bool Handles(TaskFailureDetails failure) => _handleFailure(failure);

    private static TimeSpan? Limit(TimeSpan? value, TimeSpan least, string name) =>
        value < least && value != Timeout.InfiniteTimeSpan
            ? throw new ArgumentOutOfRangeException(name, value, $"The value for {name} must not be less than the first retry interval.")
            : value;
}
