namespace BillingFunctions.Tests.Faults.Jobs;

/// <summary>One of the app's jobs, as its users see it: what they ask for while things go wrong, and what they must find afterwards.</summary>
internal interface IFaultedJob
{
    /// <summary>Asks for everything, until everything is accepted.</summary>
    Task PlayAsync(CancellationToken cancellationToken);

    /// <returns>What has not come to its end.</returns>
    Task<IReadOnlyList<string>> FindOpenAsync(CancellationToken cancellationToken);

    /// <returns>What is lost, doubled or wrong.</returns>
    Task<IReadOnlyList<string>> FindBreachesAsync(CancellationToken cancellationToken);
}
