using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Local.DurableTask.History;

/// <summary>
/// What is known about an instance after some steps. Steps just committed and steps read back from storage are applied by
/// the same code, so a restart cannot see anything else than the process before it saw.
/// </summary>
internal sealed partial class InstanceState
{
    private readonly SortedDictionary<int, Decision> _open = [];
    private readonly List<Received> _held = [];
    private readonly List<Outgoing> _outgoing = [];
    private Dictionary<string, long> _seen = [];
    private bool _suspended;

    public int Epoch { get; private set; }

    public bool HasBegun { get; private set; }

    public Beginning Beginning { get; private set; } = new();

    /// <summary>Whether the orchestrator has taken a step in this run.</summary>
    public bool HasPlayed { get; private set; }

    /// <summary>Whether it has taken a step in this run or an earlier one.</summary>
    public bool HasStarted { get; private set; }

    public DateTimeOffset LastAt { get; private set; }

    public string? CustomStatus { get; private set; }

    public string? Output { get; private set; }

    public TaskFailureDetails? Failure { get; private set; }

    public Terminated? Termination { get; private set; }

    public long Delivered { get; private set; }

    public long LastOutgoing { get; private set; }

    /// <summary>Activities, timers and sub-orchestrations that have not come to an end.</summary>
    public IReadOnlyDictionary<int, Decision> Open => _open;

    /// <summary>What was received and not shown to the orchestrator yet.</summary>
    public IReadOnlyList<Received> Held => _held;

    /// <summary>Messages that may not have reached their target.</summary>
    public IReadOnlyList<Outgoing> Outgoing => _outgoing;

    public IReadOnlyDictionary<string, long> Seen => _seen;

    public bool IsFinished => FinalStatus is not null;

    public OrchestrationRuntimeStatus? FinalStatus { get; private set; }

    public OrchestrationRuntimeStatus Status => FinalStatus switch
    {
        { } final => final,
        null when _suspended => OrchestrationRuntimeStatus.Suspended,
        null => HasStarted ? OrchestrationRuntimeStatus.Running : OrchestrationRuntimeStatus.Pending,
    };

    /// <summary>Whether the instance is suspended once it has received <paramref name="received"/>.</summary>
    public bool IsSuspendedAfter(IEnumerable<Received> received) =>
        received.LastOrDefault(item => item is Suspended or Resumed) is { } last ? last is Suspended : _suspended;

    /// <summary>Whether a message is news: not the result of a task that is over, nor an event that came before.</summary>
    public bool IsNews(Received received, int? epoch) => received switch
    {
        TaskCompleted task => epoch == Epoch && _open.ContainsKey(task.Id),
        TaskFailed task => epoch == Epoch && _open.ContainsKey(task.Id),
        TimerFired timer => epoch == Epoch && _open.ContainsKey(timer.Id),
        EventRaised { Sender: { } sender } sent => sent.Number > _seen.GetValueOrDefault(sender),
        _ => true,
    };

    /// <summary>Applies a step of run <paramref name="epoch"/>.</summary>
    public void Apply(HistoryStep step, int epoch)
    {
        LastAt = step.At;
        if (step.Beginning is { } beginning)
        {
            Begin(beginning, epoch);
        }

        foreach (var received in step.Received)
        {
            Receive(received);
        }

        foreach (var decision in step.Decisions ?? [])
        {
            Decide(decision);
        }

        NotePlayed(step);
        MarkDelivered(step.Delivered);
    }

    /// <summary>The beginning of the next run, which takes along what must outlive this one.</summary>
    public Beginning Continue(ContinuedAsNew next) => new()
    {
        Input = next.Input,
        IsContinuation = true,
        Carried = next.Carried,
        Outgoing = [.. _outgoing],
        LastOutgoing = LastOutgoing,
        Seen = _seen,
        CustomStatus = CustomStatus,
    };

    public void MarkDelivered(long number)
    {
        Delivered = Math.Max(Delivered, number);
        _outgoing.RemoveAll(message => message.Number <= Delivered);
    }
}
