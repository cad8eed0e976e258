using BillingFunctions.Local.DurableTask.History;
using BillingFunctions.Local.DurableTask.Store;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Local.DurableTask.Engine;

/// <summary>
/// An unfinished instance in memory. One loop serves it: take what has come in, let the orchestrator decide, commit both as
/// one step, and only then carry the decisions out. Whatever was not committed never happened.
/// </summary>
internal sealed partial class LiveInstance(Hub hub, InstanceRecord record) : IDisposable
{
    private readonly Mailbox _mailbox = new();
    private readonly InstanceState _state = new();
    private readonly TimerSet _timers = new(hub.Time);
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _completed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _retired = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile InstanceRecord _snapshot = record;
    private HistoryHead? _head;

    public InstanceRecord Record { get; private set; } = record;

    /// <summary>The instance as last committed.</summary>
    public InstanceRecord Snapshot => _snapshot;

    public OrchestrationRuntimeStatus Status => _snapshot.Status;

    /// <summary>Ends when the orchestrator has taken its first step.</summary>
    public Task Started => _started.Task;

    /// <summary>Ends when the end of the instance is committed.</summary>
    public Task Completed => _completed.Task;

    /// <summary>Ends when everything that follows from its end is done and storage alone knows the instance.</summary>
    public Task Retired => _retired.Task;

    /// <summary>The loop; null before it runs.</summary>
    public Task Loop { get; private set; } = Task.CompletedTask;

    /// <summary>Puts something in the mailbox; the task ends when it is stored or is of no use to the instance.</summary>
    public Task Post(Received? received, int? epoch = null)
    {
        var message = new Message(received, epoch);
        return _mailbox.TryPost(message) ? message.Stored : Task.CompletedTask;
    }

    /// <summary>Begins to serve an instance that has just been created.</summary>
    /// <param name="stored">The instance as stored.</param>
    /// <param name="earlier">The history of an earlier instance of the same id, which is to be replaced.</param>
    public void StartNew(InstanceRecord stored, HistoryHead? earlier)
    {
        Record = _snapshot = stored;
        _head = earlier;
        Loop = Detached.Run(() => ServeAsync(_ => Task.CompletedTask));
    }

    /// <summary>Begins to serve an instance that an earlier process has left.</summary>
    public void StartStored() => Loop = Detached.Run(() => ServeAsync(LoadAsync));

    /// <summary>Gives up an instance that could not be created.</summary>
    public void Abandon()
    {
        CloseMailbox(stored: true);
        _retired.TrySetResult();
        Dispose();
    }

    public void Dispose() => _timers.Dispose();

    private async Task ServeAsync(Func<CancellationToken, Task> prepareAsync)
    {
        try
        {
            await prepareAsync(hub.Ending);
            ResumeWork();
            while (!_state.IsFinished)
            {
                await StepAsync(await _mailbox.TakeAsync(hub.Ending));
            }

            await RetireAsync(hub.Ending);
        }
        catch (OperationCanceledException) when (hub.Ending.IsCancellationRequested)
        {
            // The next owner of the hub goes on from the last committed step.
        }
        catch (HubLostException lost)
        {
            hub.Lose(lost);
        }
        catch (Exception exception)
        {
            // A defect here must not stop the others, nor leave callers waiting.
            hub.ReportBroken(this, exception);
        }
        finally
        {
            CloseMailbox(stored: false);
            Dispose();
        }
    }

    private async Task LoadAsync(CancellationToken cancellationToken)
    {
        _head = await hub.FindHeadAsync(Record.InstanceId, cancellationToken);
        if (_head is { } head && head.ExecutionId == Record.ExecutionId)
        {
            foreach (var step in _loaded = await hub.LoadStepsAsync(head, cancellationToken))
            {
                _state.Apply(step, head.Epoch);
            }
        }

        Publish();
    }

    private void Publish()
    {
        _snapshot = InstanceSnapshot.Take(Record, _state);
        if (_snapshot.Status != OrchestrationRuntimeStatus.Pending)
        {
            _started.TrySetResult();
        }

        if (_state.IsFinished)
        {
            _completed.TrySetResult();
        }
    }

    private void CloseMailbox(bool stored)
    {
        foreach (var message in _mailbox.Close())
        {
            if (stored)
            {
                message.MarkStored();
            }
            else
            {
                message.Abandon();
            }
        }
    }
}
