namespace BillingFunctions.LocalHost.Services;

/// <summary>The app cannot start; the message tells a developer in a line why, and what to do.</summary>
internal sealed class StartupException(string message, Exception? cause = null) : Exception(message, cause);
