namespace BillingFunctions.Platform.Sweeping;

/// <summary>
/// Queues again what is stored and open, and whose message nobody seems to have: the storage queue hides what a killed process held for ten minutes. Called every
/// minute, by one instance of the app, unless the capability that it belongs to is off. What it queues may be on the queue already: whoever takes it must bear that.
/// </summary>
public interface ISweeper
{
    /// <summary>How long nothing must have been heard of a thing before it is queued again. With the minute between sweeps, what a killed process held goes on within three.</summary>
    static readonly TimeSpan Silence = TimeSpan.FromMinutes(2);

    /// <summary>What it sweeps, for the log.</summary>
    string Name { get; }

    /// <summary>Looks once, at a limited number of rows.</summary>
    /// <returns>How many have been queued again.</returns>
    Task<int> SweepAsync(CancellationToken cancellationToken);
}
