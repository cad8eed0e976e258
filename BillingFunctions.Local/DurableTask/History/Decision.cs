using System.Text.Json.Serialization;
using Microsoft.DurableTask;

namespace BillingFunctions.Local.DurableTask.History;

/// <summary>Something that an orchestrator decided to do. The names are stored: never change one.</summary>
/// <param name="Id">The number of the decision within this run of the orchestration, from 0.</param>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(ActivityScheduled), "activityScheduled")]
[JsonDerivedType(typeof(TimerCreated), "timerCreated")]
[JsonDerivedType(typeof(TimerCanceled), "timerCanceled")]
[JsonDerivedType(typeof(SubOrchestrationScheduled), "subOrchestrationScheduled")]
[JsonDerivedType(typeof(EventSent), "eventSent")]
[JsonDerivedType(typeof(OrchestrationCompleted), "orchestrationCompleted")]
[JsonDerivedType(typeof(OrchestrationFailed), "orchestrationFailed")]
[JsonDerivedType(typeof(ContinuedAsNew), "continuedAsNew")]
internal abstract record Decision(int Id)
{
    /// <summary>What must be the same in every replay, in words.</summary>
    [JsonIgnore]
    public abstract string Label { get; }
}

internal sealed record ActivityScheduled(int Id, string Name, string? Input) : Decision(Id)
{
    public override string Label => $"activity '{Name}'";
}

internal sealed record TimerCreated(int Id, DateTimeOffset DueAt) : Decision(Id)
{
    public override string Label => "timer";
}

/// <summary>Takes a timer back.</summary>
/// <param name="Id">The number of the decision that created the timer.</param>
internal sealed record TimerCanceled(int Id) : Decision(Id)
{
    public override string Label => "cancellation of a timer";
}

internal sealed record SubOrchestrationScheduled(int Id, string Name, string InstanceId, string? Input) : Decision(Id)
{
    public override string Label => $"sub-orchestration '{Name}'";
}

internal sealed record EventSent(int Id, string InstanceId, string Name, string? Input) : Decision(Id)
{
    public override string Label => $"event '{Name}' to '{InstanceId}'";
}

internal sealed record OrchestrationCompleted(int Id, string? Output) : Decision(Id)
{
    public override string Label => "completion";
}

internal sealed record OrchestrationFailed(int Id, TaskFailureDetails Failure) : Decision(Id)
{
    public override string Label => "failure";
}

/// <summary>Starts over; <paramref name="Carried"/> are the events that nobody has waited for yet.</summary>
internal sealed record ContinuedAsNew(int Id, string? Input, IReadOnlyList<EventRaised> Carried) : Decision(Id)
{
    public override string Label => "restart by ContinueAsNew";
}
