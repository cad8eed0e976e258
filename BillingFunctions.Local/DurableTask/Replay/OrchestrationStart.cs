using BillingFunctions.Local.DurableTask.History;
using Microsoft.DurableTask;

namespace BillingFunctions.Local.DurableTask.Replay;

/// <summary>What a run of an orchestrator is started with.</summary>
internal sealed record OrchestrationStart(
    string Name, string InstanceId, string ExecutionId, int Epoch, string? Input, ParentOrchestrationInstance? Parent);

/// <summary>What an orchestrator did in one step.</summary>
/// <param name="Decisions">In the order it made them.</param>
/// <param name="CustomStatus">The new custom status; null if it was not set, empty if it was cleared.</param>
internal sealed record Played(IReadOnlyList<Decision> Decisions, string? CustomStatus);
