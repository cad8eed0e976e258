using BillingFunctions.Local.DurableTask;

namespace BillingFunctions.Local.Functions.Timers;

/// <summary>How the processes of an app agree on which of them runs the timers: as the durable engine does for its hub.</summary>
internal sealed record TimerOptions
{
    public DurableOptions Lease { get; init; } = new();
}
