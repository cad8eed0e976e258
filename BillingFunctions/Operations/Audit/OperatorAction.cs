namespace BillingFunctions.Operations.Audit;

/// <summary>Something that an operator did, or tried.</summary>
public sealed record OperatorAction
{
    /// <summary>The id of the entry, which a list continues from.</summary>
    public required string Id { get; init; }

    /// <summary>When the request came.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>The signed-in user, the fingerprint of the function key, or the address.</summary>
    public required string Who { get; init; }

    /// <summary>The address the request came from.</summary>
    public required string Address { get; init; }

    /// <summary>What was called, such as <c>retry_lookups</c>.</summary>
    public required string Action { get; init; }

    /// <summary>The HTTP method.</summary>
    public required string Method { get; init; }

    /// <summary>Path and query, without the function key.</summary>
    public required string Path { get; init; }

    /// <summary>What it was about, such as a month or the id of an export, by name.</summary>
    public IReadOnlyDictionary<string, string> About { get; init; } = new Dictionary<string, string>();

    /// <summary>How it ended; <see cref="ActionOutcome.Started"/> for ever when the app died in the middle.</summary>
    public ActionOutcome Outcome { get; init; }

    /// <summary>The HTTP status of the answer; null before it.</summary>
    public int? Status { get; init; }

    /// <summary>How long it took, in milliseconds; null before its end.</summary>
    public long? DurationMs { get; init; }
}

/// <summary>How an action ended.</summary>
public enum ActionOutcome
{
    /// <summary>It has begun, and no end is known.</summary>
    Started,

    /// <summary>It has been done, or taken on.</summary>
    Done,

    /// <summary>It was not allowed, or not possible; nothing was changed.</summary>
    Refused,

    /// <summary>It broke down; some of it may have been done.</summary>
    Failed,
}
