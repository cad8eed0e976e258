using System.Collections.Immutable;

namespace BillingFunctions.Customers.Merging;

/// <summary>What each system has of a customer, and who has set which field.</summary>
public sealed record CustomerCopies
{
    public static CustomerCopies None { get; } = new();

    /// <summary>By the name of the system.</summary>
    public ImmutableSortedDictionary<string, CustomerCopy> All { get; init; } = ImmutableSortedDictionary.Create<string, CustomerCopy>(StringComparer.Ordinal);

    /// <summary>Who has set a field last, by the field; see <see cref="Customer.StampOf"/> for those that are not here.</summary>
    public ImmutableSortedDictionary<string, FieldStamp> Stamps { get; init; } = ImmutableSortedDictionary.Create<string, FieldStamp>(StringComparer.Ordinal);

    /// <summary>How often a request or a system has changed the shared fields in a way that others have to follow.</summary>
    public int Revision { get; init; }

    /// <summary>When a request has asked for it to be deleted in all systems; null when none has.</summary>
    public DateTimeOffset? DeletionAskedAt { get; init; }

    public bool IsEmpty => All.IsEmpty && Stamps.IsEmpty && Revision == 0 && DeletionAskedAt is null;

    public CustomerCopies With(string system, CustomerCopy copy) => this with { All = All.SetItem(system, copy) };

    public CustomerCopies Without(string system) => All.ContainsKey(system) ? this with { All = All.Remove(system) } : this;
}

/// <summary>What one system has of a customer.</summary>
public sealed record CustomerCopy
{
    /// <summary>The customer's id there; null until it is known.</summary>
    public string? Id { get; init; }

    /// <summary>What the system said last, or has taken from us; null when neither has happened.</summary>
    public CustomerContent? Known { get; init; }

    /// <summary>When what it said last was changed there; null when it has said nothing by itself. What is older is out of date.</summary>
    public DateTimeOffset? SeenAt { get; init; }

    /// <summary>When our last write to it began. What was read before it ended may be older than what it has.</summary>
    public DateTimeOffset? WriteBegan { get; init; }

    /// <inheritdoc cref="WriteBegan"/>
    public DateTimeOffset? WriteEnded { get; init; }

    /// <summary>Whether our id is noted there.</summary>
    public bool HasOurId { get; init; }

    /// <summary>Whether it has been deleted there. It is not made again.</summary>
    public bool Deleted { get; init; }

    /// <summary>What was sent to it last; null when nothing was.</summary>
    public SentContent? Sent { get; init; }

    /// <summary>Whether the two say the same of what the system has; when it was written does not matter.</summary>
    public bool SaysTheSame(CustomerCopy? other) =>
        other is not null && Id == other.Id && Equals(Known, other.Known) && WriteEnded is null && Deleted == other.Deleted && Sent is null;
}

/// <summary>What was sent to a system.</summary>
/// <param name="Digest">A digest of all that it was to have.</param>
/// <param name="At">When the system had answered.</param>
/// <param name="Repeats">How often in succession, within <see cref="RepeatsWithin"/> of each other, the same was sent before.</param>
public sealed record SentContent(string Digest, DateTimeOffset At, int Repeats)
{
    /// <summary>A system that changes what it is sent would be sent the same for ever: after so many times it is left alone for a while.</summary>
    public const int MaxRepeats = 3;

    public static readonly TimeSpan RepeatsWithin = TimeSpan.FromMinutes(10);

    /// <summary>Whether to send the same once more would be one time too many.</summary>
    public bool Forbids(string digest, DateTimeOffset now) => digest == Digest && Repeats >= MaxRepeats && now - At < RepeatsWithin;

    internal static SentContent After(SentContent? last, string digest, DateTimeOffset now) =>
        new(digest, now, last?.Digest == digest && now - last.At < RepeatsWithin ? last.Repeats + 1 : 0);
}

/// <summary>Who has set a field.</summary>
/// <param name="By">A system, <see cref="Customer.FromApi"/> or <see cref="Customer.FromUpload"/>.</param>
/// <param name="At">When it was changed there.</param>
public sealed record FieldStamp(string By, DateTimeOffset At);
