using BillingFunctions.Local.DurableTask.History;
using BillingFunctions.Local.DurableTask.Replay;
using BillingFunctions.Local.DurableTask.Store;
using DurableTask.Core.Exceptions;
using Microsoft.DurableTask;

namespace BillingFunctions.Local.DurableTask.Engine;

/// <summary>How an instance takes a step.</summary>
internal sealed partial class LiveInstance
{
    private OrchestratorSession? _session;
    private volatile bool _isForeign;

    // Steps read at the start, kept until the first replay needs them.
    private IReadOnlyList<HistoryStep>? _loaded;

    private async Task StepAsync(List<Message> messages)
    {
        try
        {
            var news = SelectNews(messages);
            if (news.Count > 0 || MayPlay(news))
            {
                var step = await DecideAsync(news);
                await CommitAsync(step);
                CarryOut(step);
            }

            messages.ForEach(message => message.MarkStored());
        }
        finally
        {
            // Whoever waits for one of them must learn that it was not stored.
            messages.ForEach(message => message.Abandon());
        }
    }

    /// <summary>Leaves out what the instance knows already, be it from its history or twice among the messages.</summary>
    private List<Received> SelectNews(List<Message> messages)
    {
        var keys = new HashSet<(string, long)>();
        return [.. messages
            .Where(message => message.Received is { } received && _state.IsNews(received, message.Epoch) && IsFirst(received))
            .Select(message => message.Received!)];

        bool IsFirst(Received received) => received switch
        {
            TaskCompleted task => keys.Add((string.Empty, task.Id)),
            TaskFailed task => keys.Add((string.Empty, task.Id)),
            TimerFired timer => keys.Add((string.Empty, timer.Id)),
            EventRaised { Sender: { } sender } sent => keys.Add((sender, sent.Number)),
            _ => true,
        };
    }

    /// <summary>Whether the orchestrator has something to see and may see it now.</summary>
    private bool MayPlay(List<Received> news)
    {
        var hasStarted = Record.StartAt is not { } startAt || hub.Time.GetUtcNow() >= startAt;
        var isHeld = !hasStarted || _state.IsSuspendedAfter(news) || news.Exists(item => item is Terminated);
        return !isHeld
            && (!_state.HasPlayed || _state.Held.Count > 0 || news.Exists(item => item.IsForOrchestrator) || _isForeign);
    }

    private async Task<HistoryStep> DecideAsync(List<Received> news)
    {
        var now = hub.Time.GetUtcNow();
        var step = new HistoryStep
        {
            At = now > _state.LastAt ? now : _state.LastAt,
            Beginning = _state.HasBegun ? null : new Beginning { Input = Record.Input },
            Received = news,
            Delivered = Interlocked.Read(ref _delivered),
        };
        if (!MayPlay(news))
        {
            return step;
        }

        var played = await PlayAsync(step);
        return step with { Decisions = played.Decisions, CustomStatus = played.CustomStatus };
    }

    private async Task<Played> PlayAsync(HistoryStep step)
    {
        if (_isForeign)
        {
            return Failed(new InvalidOperationException(OrchestratorRules.NonDurableAwait));
        }

        try
        {
            var beginning = step.Beginning ?? _state.Beginning;
            var steps = _session is null ? await ReadStepsAsync() : [];
            return await hub.Orchestrators.PlayAsync(
                () =>
                {
                    var epoch = _state.HasBegun ? _state.Epoch : NextEpoch;
                    _session ??= hub.Orchestrators.Open(Record, epoch, beginning, steps, () => ReportForeign(epoch));
                    return _session.Play([.. _state.Held, .. step.Received.Where(item => item.IsForOrchestrator)], step.At, replaying: false);
                },
                hub.Ending);
        }
        catch (NonDeterministicOrchestrationException exception)
        {
            return Failed(exception);
        }
    }

    private static Played Failed(Exception exception) =>
        new([new OrchestrationFailed(-1, TaskFailureDetails.FromException(exception).Trim())], null);

    // Called on any thread, also for a session that was thrown away since.
    private void ReportForeign(int epoch)
    {
        if (epoch == _state.Epoch)
        {
            _isForeign = true;
            _ = Post(null);
        }
    }

    private async Task<IReadOnlyList<HistoryStep>> ReadStepsAsync()
    {
        var steps = _state.HasBegun ? _loaded ?? await hub.LoadStepsAsync(_head!, hub.Ending) : [];
        _loaded = null;
        return steps;
    }

    private int NextEpoch => (_head?.Epoch ?? 0) + 1;

    private async Task CommitAsync(HistoryStep step)
    {
        if (step.Decisions is [.., ContinuedAsNew next])
        {
            // The step itself is not kept: all that outlives it goes into the beginning of the next run.
            _state.Apply(step, _state.HasBegun ? _state.Epoch : NextEpoch);
            step = new HistoryStep { At = step.At, Beginning = _state.Continue(next), Delivered = _state.Delivered };
            _session = null;
        }

        var epoch = step.Beginning is null ? _state.Epoch : Math.Max(NextEpoch, _state.Epoch + 1);
        var append = new HistoryAppend(Record.InstanceId, Record.ExecutionId, epoch, Guid.NewGuid(), HistoryJson.Write(step), _head);
        _head = await hub.Writer.AppendAsync(append, hub.Ending);
        _state.Apply(step, epoch);
        if (hub.Options.ForceReplay)
        {
            _session = null;
        }

        Publish();
    }
}
