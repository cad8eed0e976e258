using System.Text.Json.Nodes;
using BillingFunctions.Local.DurableTask.History;

namespace BillingFunctions.Local.DurableTask.Management;

/// <summary>A history as the API answers it: every event with its type and time, results only if asked for.</summary>
internal static class HistoryPayload
{
    public static JsonArray From(IEnumerable<HistoryStep> steps, bool showOutput) =>
        [.. steps.SelectMany(step => Events(step, showOutput).Select(item =>
        {
            item["Timestamp"] = StatusPayload.Format(step.At);
            return (JsonNode)item;
        }))];

    private static IEnumerable<JsonObject> Events(HistoryStep step, bool showOutput)
    {
        if (step.Beginning is not null)
        {
            yield return new JsonObject { ["EventType"] = "ExecutionStarted" };
        }

        foreach (var received in step.Received)
        {
            yield return Event(received, showOutput);
        }

        foreach (var decision in step.Decisions ?? [])
        {
            yield return Event(decision, showOutput);
        }
    }

    private static JsonObject Event(Received received, bool showOutput) => received switch
    {
        TaskCompleted task => new() { ["EventType"] = "TaskCompleted", ["TaskScheduledId"] = task.Id, ["Result"] = showOutput ? task.Result : null },
        TaskFailed task => new() { ["EventType"] = "TaskFailed", ["TaskScheduledId"] = task.Id, ["Reason"] = task.Failure.ToString() },
        TimerFired timer => new() { ["EventType"] = "TimerFired", ["TimerId"] = timer.Id },
        EventRaised raised => new() { ["EventType"] = "EventRaised", ["Name"] = raised.Name, ["Input"] = showOutput ? raised.Input : null },
        Suspended suspended => new() { ["EventType"] = "ExecutionSuspended", ["Reason"] = suspended.Reason },
        Resumed resumed => new() { ["EventType"] = "ExecutionResumed", ["Reason"] = resumed.Reason },
        _ => new() { ["EventType"] = "ExecutionTerminated" },
    };

    private static JsonObject Event(Decision decision, bool showOutput) => decision switch
    {
        ActivityScheduled activity => new() { ["EventType"] = "TaskScheduled", ["EventId"] = activity.Id, ["Name"] = activity.Name },
        TimerCreated timer => new() { ["EventType"] = "TimerCreated", ["EventId"] = timer.Id, ["FireAt"] = StatusPayload.Format(timer.DueAt) },
        SubOrchestrationScheduled child => new()
        {
            ["EventType"] = "SubOrchestrationInstanceCreated",
            ["EventId"] = child.Id,
            ["Name"] = child.Name,
            ["InstanceId"] = child.InstanceId,
        },
        EventSent sent => new() { ["EventType"] = "EventSent", ["EventId"] = sent.Id, ["Name"] = sent.Name, ["InstanceId"] = sent.InstanceId },
        OrchestrationCompleted completed => new()
        {
            ["EventType"] = "ExecutionCompleted",
            ["OrchestrationStatus"] = "Completed",
            ["Result"] = showOutput ? completed.Output : null,
        },
        OrchestrationFailed failed => new()
        {
            ["EventType"] = "ExecutionCompleted",
            ["OrchestrationStatus"] = "Failed",
            ["Reason"] = failed.Failure.ToString(),
        },
        _ => new() { ["EventType"] = decision.GetType().Name, ["EventId"] = decision.Id },
    };
}
