using BillingFunctions.LocalHost.Client;

namespace BillingFunctions.LocalHost.Demo;

/// <summary>One of the app's main jobs, played on sample data by a client of its HTTP API.</summary>
internal interface IDemoStep
{
    /// <summary>The template of the route that starts the job; the step is left out when the app does not have it.</summary>
    string Route { get; }

    /// <summary>Does the job and writes to <paramref name="console"/> where its results are.</summary>
    /// <exception cref="JobException">The job did not end well.</exception>
    Task RunAsync(ApiClient app, JobConsole console, CancellationToken cancellationToken);
}
