using System.Text.Json.Serialization;
using Azure;
using BillingFunctions.Connectors.Tasks;
using BillingFunctions.Customers.Merging;

namespace BillingFunctions.Connectors.Outbox;

/// <summary>Something that a system is behind with: a customer, or an invoice of a task. What exactly is to be sent is computed when it is sent.</summary>
public sealed record OutboxEntry
{
    private const int MaxTasks = 200;

    public required string Connector { get; init; }

    /// <summary>The id of the customer, or that of a task which makes an invoice.</summary>
    public required string Subject { get; init; }

    /// <summary>Since when it waits.</summary>
    public required DateTimeOffset Since { get; init; }

    /// <summary>When it is to be tried next.</summary>
    public required DateTimeOffset DueAt { get; init; }

    /// <summary>Until when a sender has it; null when none has.</summary>
    public DateTimeOffset? LeasedUntil { get; init; }

    /// <summary>How many attempts have failed.</summary>
    public int Attempts { get; init; }

    /// <summary>Why the last attempt failed, or had to wait.</summary>
    public string? Error { get; init; }

    /// <summary>Whether it was given up: it is in the failed jobs, and waits for a retry or another change.</summary>
    public bool IsGivenUp { get; init; }

    /// <summary>A creation that was begun, and of which nobody knows yet whether it was carried out.</summary>
    public BegunCreation? Begun { get; init; }

    /// <summary>What the last call was to make of the customer there; null when none was made, or its answer has come.</summary>
    public CustomerContent? Sent { get; init; }

    /// <summary>The tasks that are done when it is.</summary>
    public IReadOnlyList<string> Tasks { get; init; } = [];

    [JsonIgnore]
    public ETag ETag { get; init; }

    /// <summary>Whether it has been given up before and may be in the failed jobs.</summary>
    public bool HasFailedJob { get; init; }

    [JsonIgnore]
    public bool IsInvoice => ConnectorTask.IsId(Subject);

    /// <summary>Whether a sender may take it.</summary>
    public bool IsFree(DateTimeOffset now) => !IsGivenUp && DueAt <= now && !(LeasedUntil > now);

    /// <summary>The entry with one more task; what was given up is tried again, since something has changed.</summary>
    internal OutboxEntry Marked(string? task, DateTimeOffset now)
    {
        var next = task is null || Tasks.Contains(task) ? this : this with { Tasks = [.. Tasks.TakeLast(MaxTasks - 1), task] };
        return next.IsGivenUp ? next.Reopened(now) : next;
    }

    /// <summary>The entry as if it had not been tried yet; what is known of a creation that was begun stays.</summary>
    internal OutboxEntry Reopened(DateTimeOffset now) => this with { IsGivenUp = false, Attempts = 0, DueAt = now };
}
