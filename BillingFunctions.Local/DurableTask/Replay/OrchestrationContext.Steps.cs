using BillingFunctions.Local.DurableTask.History;
using Microsoft.DurableTask;

namespace BillingFunctions.Local.DurableTask.Replay;

/// <summary>The context's other side, towards the session that plays the orchestrator.</summary>
internal sealed partial class OrchestrationContext
{
    /// <summary>Whether anything can still happen that the orchestrator waits for.</summary>
    public bool AwaitsSomething => _open.Count + _events.Waiting > 0;

    /// <summary>Sets the time of the step that is about to be played.</summary>
    public void BeginStep(DateTimeOffset at, bool replaying)
    {
        _now = at;
        _replaying = replaying;
        _customStatus = null;
        _decisions.Clear();
    }

    public void Deliver(Received received)
    {
        switch (received)
        {
            case TaskCompleted task when _open.Remove(task.Id, out var open):
                open.Complete(task.Result);
                break;
            case TaskFailed task when _open.Remove(task.Id, out var open):
                open.Fail(task.Failure);
                break;
            case TimerFired timer when _open.Remove(timer.Id, out var open):
                open.Complete(null);
                break;
            case EventRaised raised:
                _events.Raise(raised);
                break;
        }
    }

    /// <summary>Adds the decision that the run ends with.</summary>
    public void Finish(string? output) => _decisions.Add(_continuation is { } next
        ? new ContinuedAsNew(_nextId++, next.Input, next.KeepEvents ? [.. _events.Kept] : [])
        : new OrchestrationCompleted(_nextId++, output));

    public void Fail(TaskFailureDetails failure) => _decisions.Add(new OrchestrationFailed(_nextId++, failure));

    /// <summary>What the orchestrator did in the step just played.</summary>
    public Played EndStep() => new([.. _decisions], _customStatus);
}
