namespace BillingFunctions.LocalHost.Demo;

/// <summary>A step of the demonstration did not end well; the message says why in a line.</summary>
internal sealed class DemoException(string message) : Exception(message);
