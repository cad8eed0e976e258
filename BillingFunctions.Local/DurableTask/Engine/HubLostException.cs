namespace BillingFunctions.Local.DurableTask.Engine;

/// <summary>Another process has taken the hub over; this one must not act for it any more.</summary>
internal sealed class HubLostException(string message) : Exception(message);
