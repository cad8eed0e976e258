using System.Text.Json.Serialization;
using Microsoft.DurableTask;

namespace BillingFunctions.Local.DurableTask.History;

/// <summary>Something that reached an instance from outside. The names are stored: never change one.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(TaskCompleted), "taskCompleted")]
[JsonDerivedType(typeof(TaskFailed), "taskFailed")]
[JsonDerivedType(typeof(TimerFired), "timerFired")]
[JsonDerivedType(typeof(EventRaised), "eventRaised")]
[JsonDerivedType(typeof(Suspended), "suspended")]
[JsonDerivedType(typeof(Resumed), "resumed")]
[JsonDerivedType(typeof(Terminated), "terminated")]
internal abstract record Received
{
    /// <summary>Whether the orchestrator's code gets to see it.</summary>
    [JsonIgnore]
    public bool IsForOrchestrator => this is not (Suspended or Resumed or Terminated);
}

/// <summary>An activity or sub-orchestration returned.</summary>
internal sealed record TaskCompleted(int Id, string? Result) : Received;

/// <summary>An activity or sub-orchestration threw.</summary>
internal sealed record TaskFailed(int Id, TaskFailureDetails Failure) : Received;

internal sealed record TimerFired(int Id) : Received;

/// <summary>An external event. Sender and number are set when an orchestration sent it, to recognise a repetition.</summary>
internal sealed record EventRaised(string Name, string? Input, string? Sender = null, long Number = 0) : Received;

internal sealed record Suspended(string? Reason) : Received;

internal sealed record Resumed(string? Reason) : Received;

internal sealed record Terminated(string? Output, bool Recursive) : Received;
