namespace BillingFunctions.Customers.Merging;

/// <summary>A customer as a system has it at some moment.</summary>
public sealed record CustomerSnapshot
{
    /// <summary>The name of the system.</summary>
    public required string System { get; init; }

    /// <summary>The customer's id there.</summary>
    public required string RemoteId { get; init; }

    /// <summary>Our id, as it is noted there; null when none is.</summary>
    public string? OurId { get; init; }

    public required CustomerContent Content { get; init; }

    /// <summary>Whether the system has a field at all. What it does not have it says nothing about.</summary>
    public required Func<string, bool> Covers { get; init; }

    /// <summary>When it was changed there last.</summary>
    public required DateTimeOffset ChangedAt { get; init; }

    /// <summary>When it was asked for; null when the system has told it by itself.</summary>
    public DateTimeOffset? ReadAt { get; init; }

    /// <summary>The write of ours that this is the answer to; null for anything else.</summary>
    public CompletedWrite? Write { get; init; }

    /// <summary>What a write of ours, whose answer has not come yet, may have made of it there; null when there is none.</summary>
    public CustomerContent? UnderWay { get; init; }

    /// <summary>Whether it has been deleted there.</summary>
    public bool Deleted { get; init; }

    /// <summary>What brought it, for the audit, such as the id of an event.</summary>
    public required string Cause { get; init; }
}

/// <summary>A write of ours to a system.</summary>
/// <param name="Changes">The fields that were sent; null clears one.</param>
/// <param name="Digest">A digest of all that the system was to have.</param>
/// <param name="Began">When it began.</param>
/// <param name="Ended">When it was answered.</param>
public sealed record CompletedWrite(IReadOnlyDictionary<string, string?> Changes, string Digest, DateTimeOffset Began, DateTimeOffset Ended);
