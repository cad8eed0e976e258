namespace BillingFunctions.Local.DurableTask.History;

/// <summary>
/// One committed step of an instance: what had reached it and what its orchestrator decided upon that. A history is a
/// list of steps, and the state of an instance is nothing but the fold over them (<see cref="InstanceState"/>).
/// </summary>
internal sealed record HistoryStep
{
    /// <summary>The orchestrator's time in this step.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Set in the first step of a run and in no other.</summary>
    public Beginning? Beginning { get; init; }

    public IReadOnlyList<Received> Received { get; init; } = [];

    /// <summary>Null if the orchestrator was not asked, as while it is suspended: the received is held for a later step.</summary>
    public IReadOnlyList<Decision>? Decisions { get; init; }

    /// <summary>The new custom status as JSON; null if it did not change, empty if it was cleared.</summary>
    public string? CustomStatus { get; init; }

    /// <summary>Outgoing messages up to this number have reached their target.</summary>
    public long Delivered { get; init; }
}

/// <summary>What a run of an orchestration begins with; a run ends with the orchestration or by ContinueAsNew.</summary>
internal sealed record Beginning
{
    public string? Input { get; init; }

    /// <summary>Whether there was a run before, which ended by ContinueAsNew.</summary>
    public bool IsContinuation { get; init; }

    /// <summary>Events that the run before has left over.</summary>
    public IReadOnlyList<EventRaised> Carried { get; init; } = [];

    /// <summary>Messages that the run before has decided on and that have not reached their target.</summary>
    public IReadOnlyList<Outgoing> Outgoing { get; init; } = [];

    /// <summary>The number of the last outgoing message so far.</summary>
    public long LastOutgoing { get; init; }

    /// <summary>By sender: the number of the last event taken from it.</summary>
    public IReadOnlyDictionary<string, long> Seen { get; init; } = new Dictionary<string, long>();

    public string? CustomStatus { get; init; }
}

/// <summary>A message to another instance: a sub-orchestration to start or an event.</summary>
/// <param name="Number">Counts the messages of the instance; a target uses it to recognise a repetition.</param>
/// <param name="Epoch">The run that decided on it.</param>
/// <param name="Decision">What to do.</param>
internal sealed record Outgoing(long Number, int Epoch, Decision Decision);
