namespace BillingFunctions.Simulators.Webhooks;

/// <summary>How often a delivery is tried again that was not answered with 2xx.</summary>
public sealed record WebhookRetries
{
    /// <summary>All tries together, at least 1; by default about three days of them, as in live mode.</summary>
    public int MostAttempts { get; init; } = 16;

    public TimeSpan FirstDelay { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>By how much each delay is longer than the one before.</summary>
    public double Factor { get; init; } = 2;

    public TimeSpan LongestDelay { get; init; } = TimeSpan.FromHours(12);

    /// <summary>How long an endpoint may take to answer.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <param name="attempts">How many tries there have been, at least 1.</param>
    internal TimeSpan DelayAfter(int attempts)
    {
        var delay = FirstDelay.TotalSeconds * Math.Pow(Factor, attempts - 1);
        return TimeSpan.FromSeconds(Math.Min(delay, LongestDelay.TotalSeconds));
    }
}
