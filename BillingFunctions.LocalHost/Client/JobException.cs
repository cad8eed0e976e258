namespace BillingFunctions.LocalHost.Client;

/// <summary>A job did not end well, or could not be asked for; the message says why in a line.</summary>
internal sealed class JobException(string message, Exception? cause = null) : Exception(message, cause)
{
    /// <summary>What more there is to say, such as what is wrong with each field.</summary>
    public IReadOnlyList<string> Details { get; init; } = [];

    /// <summary>Whether the app may answer when it is asked again.</summary>
    public bool IsTransient { get; init; }
}
