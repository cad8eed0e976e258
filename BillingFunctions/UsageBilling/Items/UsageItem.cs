using BillingFunctions.UsageBilling.Ledger;

namespace BillingFunctions.UsageBilling.Items;

/// <summary>A piece of usage on an invoice of an organization; one line at Stripe.</summary>
public sealed record UsageItem
{
    public required string Id { get; init; }

    public required InvoiceLine Line { get; init; }

    /// <summary>The invoice's.</summary>
    public required string Currency { get; init; }

    /// <summary>The invoice's month, <c>yyyy-MM</c>.</summary>
    public required string Period { get; init; }

    public SyncStatus SyncStatus { get; init; }

    /// <summary>What Stripe has of it; null while it has nothing.</summary>
    public SentLine? Sent { get; init; }

    /// <summary>Why it was given up; null when it was not.</summary>
    public string? Error { get; init; }

    /// <summary>Why it is on another invoice than that of its month; null when it is not.</summary>
    public string? Note { get; init; }

    /// <summary>Whether it has been deleted, and its line is yet to be taken back from Stripe.</summary>
    public bool IsDeleted { get; init; }

    public required DateTimeOffset CreatedAt { get; init; }

    public required DateTimeOffset UpdatedAt { get; init; }

    /// <summary>What has happened to it on its way to Stripe, see <see cref="Explain.ItemHistory"/>; null before the first call has ended.</summary>
    public string? History { get; init; }

    internal ItemId ItemId => UsageBilling.ItemId.Parse(Id) ?? throw new InvalidDataException($"{Id} is not the id of an item.");

    /// <summary>The entry that brings Stripe's line to what it is to be.</summary>
    internal OutboxEntry ToEntry(DateTimeOffset queuedAt) =>
        new() { Kind = OutboxKind.Item, Subject = Id, QueuedAt = queuedAt, Item = this };
}

/// <summary>What is on an invoice's line.</summary>
/// <param name="Amount">The total of the line in minor units of the invoice's currency; negative for a credit.</param>
/// <param name="Description">What the customer reads.</param>
/// <param name="Product">What the usage is of; totals are by it.</param>
/// <param name="Quantity">How much was used; for information, it does not enter the amount.</param>
/// <param name="OccurredAt">When; decides on the month.</param>
public sealed record InvoiceLine(long Amount, string? Description, string? Product, long? Quantity, DateTimeOffset OccurredAt);

/// <summary>How far an item is on its way to Stripe. Stored by name.</summary>
public enum SyncStatus
{
    /// <summary>On its way.</summary>
    Pending,

    /// <summary>Stripe has it as it is here.</summary>
    Synced,

    /// <summary>Given up after the last attempt; in the failed jobs.</summary>
    Discarded,

    /// <summary>Refused by Stripe, or impossible for a reason of ours; in the failed jobs.</summary>
    Canceled,
}
