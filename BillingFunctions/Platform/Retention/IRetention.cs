namespace BillingFunctions.Platform.Retention;

/// <summary>
/// Removes what need not be kept any longer. Called once a day, by one instance of the app; may be stopped at any row and goes on the next day. May run twice: what
/// is gone is passed over.
/// </summary>
public interface IRetention
{
    /// <summary>What it removes, for the log.</summary>
    string Name { get; }

    /// <returns>How many rows have been removed.</returns>
    Task<int> RemoveAsync(CancellationToken cancellationToken);
}
