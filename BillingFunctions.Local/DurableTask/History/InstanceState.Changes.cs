using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Local.DurableTask.History;

/// <summary>What each part of a step changes.</summary>
internal sealed partial class InstanceState
{
    private void Begin(Beginning beginning, int epoch)
    {
        Epoch = epoch;
        HasBegun = true;
        HasPlayed = false;
        Beginning = beginning;
        CustomStatus = beginning.CustomStatus;
        LastOutgoing = beginning.LastOutgoing;
        _seen = new Dictionary<string, long>(beginning.Seen);
        _open.Clear();
        _held.Clear();
        _held.AddRange(beginning.Carried);
        _outgoing.Clear();
        _outgoing.AddRange(beginning.Outgoing);
        HasStarted |= beginning.IsContinuation;
    }

    private void NotePlayed(HistoryStep step)
    {
        if (step.Decisions is not null)
        {
            _held.Clear();
            HasPlayed = HasStarted = true;
        }

        if (step.CustomStatus is { } status)
        {
            CustomStatus = status.Length == 0 ? null : status;
        }
    }

    private void Receive(Received received)
    {
        switch (received)
        {
            case TaskCompleted task:
                _open.Remove(task.Id);
                break;
            case TaskFailed task:
                _open.Remove(task.Id);
                break;
            case TimerFired timer:
                _open.Remove(timer.Id);
                break;
            case EventRaised { Sender: { } sender } sent:
                _seen[sender] = sent.Number;
                break;
            case Suspended or Resumed:
                _suspended = received is Suspended;
                break;
            case Terminated terminated:
                Termination = terminated;
                Finish(OrchestrationRuntimeStatus.Terminated, terminated.Output, null);
                break;
        }

        if (received.IsForOrchestrator)
        {
            _held.Add(received);
        }
    }

    private void Decide(Decision decision)
    {
        switch (decision)
        {
            case ActivityScheduled or TimerCreated:
                _open[decision.Id] = decision;
                break;
            case TimerCanceled:
                _open.Remove(decision.Id);
                break;
            case SubOrchestrationScheduled:
                _open[decision.Id] = decision;
                _outgoing.Add(new Outgoing(++LastOutgoing, Epoch, decision));
                break;
            case EventSent:
                _outgoing.Add(new Outgoing(++LastOutgoing, Epoch, decision));
                break;
            case OrchestrationCompleted completed:
                Finish(OrchestrationRuntimeStatus.Completed, completed.Output, null);
                break;
            case OrchestrationFailed failed:
                Finish(OrchestrationRuntimeStatus.Failed, null, failed.Failure);
                break;
        }
    }

    private void Finish(OrchestrationRuntimeStatus status, string? output, TaskFailureDetails? failure)
    {
        FinalStatus = status;
        Output = output;
        Failure = failure;
    }
}
