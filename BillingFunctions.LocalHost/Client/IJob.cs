namespace BillingFunctions.LocalHost.Client;

/// <summary>Work that the app does by itself once it has been asked for.</summary>
internal interface IJob
{
    /// <summary>Where the API tells its status.</summary>
    string Path { get; }

    /// <summary>The command that goes on watching it.</summary>
    string CommandLine { get; }

    bool HasEnded { get; }

    JobProgress HowFar { get; }
}

/// <param name="Percent">0 to 100.</param>
/// <param name="Text">A few words, such as the rows written so far.</param>
internal readonly record struct JobProgress(double Percent, string Text);
