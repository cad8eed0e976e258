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
    public string Label => this switch
    {
        ActivityScheduled activity => $"activity '{activity.Name}'",
        TimerCreated => "timer",
        TimerCanceled => "cancellation of a timer",
        SubOrchestrationScheduled child => $"sub-orchestration '{child.Name}'",
        EventSent sent => $"event '{sent.Name}' to '{sent.InstanceId}'",
        OrchestrationCompleted => "completion",
        OrchestrationFailed => "failure",
        _ => "restart by ContinueAsNew",
    };
}

internal sealed record ActivityScheduled(int Id, string Name, string? Input) : Decision(Id);

internal sealed record TimerCreated(int Id, DateTimeOffset DueAt) : Decision(Id);

/// <summary>Takes a timer back.</summary>
/// <param name="Id">The number of the decision that created the timer.</param>
internal sealed record TimerCanceled(int Id) : Decision(Id);

internal sealed record SubOrchestrationScheduled(int Id, string Name, string InstanceId, string? Input) : Decision(Id);

internal sealed record EventSent(int Id, string InstanceId, string Name, string? Input) : Decision(Id);

internal sealed record OrchestrationCompleted(int Id, string? Output) : Decision(Id);

internal sealed record OrchestrationFailed(int Id, TaskFailureDetails Failure) : Decision(Id);

/// <summary>Starts over; <paramref name="Carried"/> are the events that nobody has waited for yet.</summary>
internal sealed record ContinuedAsNew(int Id, string? Input, IReadOnlyList<EventRaised> Carried) : Decision(Id);
