namespace BillingFunctions.Local.DurableTask.Replay;

/// <summary>
/// Runs an orchestrator's code on the thread that plays its step and nowhere else, in the order it was queued. A
/// continuation that comes from any other thread belongs to a task that is not durable; it is refused and reported.
/// </summary>
internal sealed class DeterministicScheduler(Action reportForeign) : TaskScheduler
{
    private readonly Queue<Task> _ready = [];
    private volatile Thread? _playing;

    /// <summary>Whether the calling thread is the one that plays the present step.</summary>
    public bool IsPlaying => _playing == Thread.CurrentThread;

    /// <summary>As <see cref="IsPlaying"/>, and reports it if not: for callbacks of tokens, where an exception would end the process.</summary>
    public bool CheckPlaying()
    {
        if (!IsPlaying)
        {
            reportForeign();
        }

        return IsPlaying;
    }

    /// <summary>Runs <paramref name="action"/> and then everything that it makes ready.</summary>
    public void Play(Action action)
    {
        _playing = Thread.CurrentThread;
        try
        {
            action();
            while (_ready.TryDequeue(out var task))
            {
                TryExecuteTask(task);
            }
        }
        finally
        {
            _playing = null;
        }
    }

    protected override void QueueTask(Task task)
    {
        if (CheckPlaying())
        {
            _ready.Enqueue(task);
        }
    }

    protected override bool TryExecuteTaskInline(Task task, bool taskWasPreviouslyQueued) => IsPlaying && TryExecuteTask(task);

    protected override IEnumerable<Task> GetScheduledTasks() => [];
}
