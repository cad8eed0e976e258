using BillingFunctions.Local.DurableTask.History;
using BillingFunctions.Local.DurableTask.Store;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Local.DurableTask.Engine;

/// <summary>How an instance's committed decisions are carried out.</summary>
internal sealed partial class LiveInstance
{
    private const int StartTimerId = -1;

    private Task _outbox = Task.CompletedTask;
    private long _posted;
    private long _delivered;

    /// <summary>Does again whatever may have been under way when the engine stopped.</summary>
    private void ResumeWork()
    {
        _delivered = _posted = _state.Delivered;
        if (_state.IsFinished)
        {
            SendOutgoing();
            return;
        }

        foreach (var decision in _state.Open.Values)
        {
            Begin(decision, _state.Epoch);
        }

        SendOutgoing();
        if (Record.StartAt is { } startAt && startAt > hub.Time.GetUtcNow() && !_state.HasStarted)
        {
            _timers.Set(StartTimerId, startAt, () => _ = Post(null));
        }

        _ = Post(null);
    }

    private void CarryOut(HistoryStep step)
    {
        var isContinued = step.Decisions is [.., ContinuedAsNew];
        if (isContinued || _state.IsFinished)
        {
            _timers.Clear();
        }

        foreach (var decision in step.Decisions ?? [])
        {
            // A run that is over has no use for timers, but activities that nobody waits for are still due.
            if (decision is ActivityScheduled || !(isContinued || _state.IsFinished))
            {
                Begin(decision, isContinued ? _state.Epoch - 1 : _state.Epoch);
            }
        }

        SendOutgoing();
        if (isContinued)
        {
            _ = Post(null);
        }
    }

    private void Begin(Decision decision, int epoch)
    {
        switch (decision)
        {
            case ActivityScheduled activity:
                hub.Activities.Enqueue(new ActivityCall(this, epoch, activity));
                break;
            case TimerCreated timer:
                _timers.Set(timer.Id, timer.DueAt, () => _ = Post(new TimerFired(timer.Id), epoch));
                break;
            case TimerCanceled timer:
                _timers.Cancel(timer.Id);
                break;
        }
    }

    /// <summary>Sends what is new in the outbox, after everything that is in it already.</summary>
    private void SendOutgoing()
    {
        var messages = _state.Outgoing.Where(message => message.Number > _posted).ToList();
        if (messages.Count > 0)
        {
            _posted = messages[^1].Number;
            _outbox = SendAsync(_outbox, messages);
        }
    }

    private async Task SendAsync(Task earlier, List<Outgoing> messages)
    {
        await earlier;
        var starts = messages.Where(message => message.Decision is SubOrchestrationScheduled).ToList();
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = hub.Ending };
        await Parallel.ForEachAsync(starts, parallel, async (message, _) => await StartChildAsync(message));

        // Events keep their order, and come after the starts of this step, one of which may be their target.
        foreach (var message in messages.Where(message => message.Decision is EventSent))
        {
            var sent = (EventSent)message.Decision;
            await hub.SendAsync(sent.InstanceId, new EventRaised(sent.Name, sent.Input, Record.ExecutionId, message.Number));
        }

        Interlocked.Exchange(ref _delivered, messages[^1].Number);
    }

    private async Task StartChildAsync(Outgoing message)
    {
        var call = (SubOrchestrationScheduled)message.Decision;
        var link = new ParentLink(Record.Name, Record.InstanceId, Record.ExecutionId, message.Epoch, call.Id);
        if (!await hub.StartChildAsync(call, link))
        {
            var failure = new TaskFailureDetails(
                "DurableTask.Core.Exceptions.OrchestrationAlreadyExistsException",
                $"An orchestration with the instance ID '{call.InstanceId}' already exists and is not finished.",
                null,
                null,
                null);

            // Not awaited: the step that stores it may itself wait for the outbox.
            _ = Post(new TaskFailed(call.Id, failure), message.Epoch);
        }
    }

    /// <summary>Does what follows from the end of the instance; only then does its row say that it has finished.</summary>
    private async Task RetireAsync(CancellationToken cancellationToken)
    {
        // First of all nobody may wait for this loop any more: the parent or a child may be retiring just now too.
        CloseMailbox(stored: true);
        _session = null;
        _loaded = null;
        await _outbox;
        if (_state.Termination is { Recursive: true } termination)
        {
            foreach (var child in _state.Open.Values.OfType<SubOrchestrationScheduled>())
            {
                await hub.SendAsync(child.InstanceId, termination);
            }
        }

        if (Record.Parent is { } parent)
        {
            await hub.SendAsync(parent.InstanceId, Report(parent), parent.ExecutionId, parent.Epoch);
        }

        await hub.Writer.FinishAsync(_snapshot with { Version = Record.Version }, cancellationToken);
        hub.Remove(this);
        _retired.TrySetResult();
    }

    private Received Report(ParentLink parent) => _state.FinalStatus switch
    {
        OrchestrationRuntimeStatus.Completed => new TaskCompleted(parent.TaskId, _state.Output),
        OrchestrationRuntimeStatus.Failed => new TaskFailed(parent.TaskId, _state.Failure!),
        _ => new TaskFailed(
            parent.TaskId,
            new TaskFailureDetails("OrchestrationTerminated", _state.Output ?? "The sub-orchestration was terminated.", null, null, null)),
    };
}
