using BillingFunctions.Local.DurableTask.Engine;

namespace BillingFunctions.Local.DurableTask;

/// <summary>The engine's share of host.json (<c>extensions.durableTask</c>).</summary>
internal sealed record DurableOptions
{
    /// <summary>Prefix of the tables: alphanumeric, begins with a letter, 3-45 characters.</summary>
    public string HubName { get; init; } = "TestHubName";

    /// <summary>How many activities run at once.</summary>
    public int MaxConcurrentActivityFunctions { get; init; } = 10 * Environment.ProcessorCount;

    /// <summary>How many orchestrators take a step at once.</summary>
    public int MaxConcurrentOrchestratorFunctions { get; init; } = 10 * Environment.ProcessorCount;

    /// <summary>Throws the orchestrator away after every step and replays it from storage for the next: slow, for tests.</summary>
    public bool ForceReplay { get; init; }

    /// <summary>How long a stop waits for running activities before it cancels them.</summary>
    public TimeSpan StopGrace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long an owner may be silent before another process takes the hub over.</summary>
    public TimeSpan OwnerTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>
    /// The clock of what is real whatever a test does to durable time: the owner's heartbeat and pauses before a storage retry.
    /// </summary>
    public TimeProvider RealTime { get; init; } = TimeProvider.System;

    /// <summary>Which process this is; tests pretend to be another.</summary>
    public ProcessIdentity Process { get; init; } = ProcessIdentity.Current;
}
