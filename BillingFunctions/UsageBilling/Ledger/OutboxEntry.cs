using System.Globalization;
using BillingFunctions.Platform.Explaining;
using BillingFunctions.UsageBilling.Items;

namespace BillingFunctions.UsageBilling.Ledger;

/// <summary>Something that Stripe is to be told: it is in the outbox until it is done, or reported to the failed jobs.</summary>
public sealed record OutboxEntry
{
    public required OutboxKind Kind { get; init; }

    /// <summary>The id of the item or invoice; that of the organization for its customer.</summary>
    public required string Subject { get; init; }

    public required DateTimeOffset QueuedAt { get; init; }

    /// <summary>The item as it was when the entry was written, so that it need not be read to be sent; null for what is not an item.</summary>
    public UsageItem? Item { get; init; }

    /// <summary>The attempts that have failed.</summary>
    public IReadOnlyList<FailedAttempt> Attempts { get; init; } = [];

    /// <summary>Whether an attempt with a former content may have reached Stripe.</summary>
    public bool MayHaveArrived { get; init; }

    /// <summary>Whether it had been given up before, and a person has it tried again.</summary>
    public bool IsRetried { get; init; }

    /// <summary>When the next attempt may be made; at once when null.</summary>
    public DateTimeOffset? NotBefore { get; init; }

    /// <summary>Set when no more attempts are made: what is left to do is to report it.</summary>
    public string? GivenUp { get; init; }

    internal string Key => Kind switch
    {
        OutboxKind.Customer => UsageKeys.CustomerEntry,
        OutboxKind.Item => UsageKeys.EntryOf(ItemId),
        OutboxKind.Close => UsageKeys.CloseEntryOf(InvoiceId),
        _ => throw new InvalidOperationException($"{Kind} is not a kind."),
    };

    /// <summary>
    /// What the idempotency keys of its calls are made of besides their content: how many failures Stripe keeps, which it would give as an answer again, and what tells a
    /// retry from the attempts before.
    /// </summary>
    internal string CallKeyPart => $"{Attempts.Count(attempt => attempt.IsKept)}{(IsRetried ? QueuedAt.UtcTicks.ToString("x", CultureInfo.InvariantCulture) : "")}";

    internal ItemId ItemId => UsageBilling.ItemId.Parse(Subject) ?? throw new InvalidDataException($"{Subject} is not the id of an item.");

    internal InvoiceId InvoiceId => Kind == OutboxKind.Item
        ? ItemId.Invoice
        : UsageBilling.InvoiceId.Parse(Subject) ?? throw new InvalidDataException($"{Subject} is not the id of an invoice.");

    /// <summary>What Stripe is to be told of the line.</summary>
    internal LineChange Change => Item switch
    {
        null => throw new InvalidOperationException($"{Subject} is not an item."),
        { IsDeleted: true, Sent: null } => LineChange.None,
        { IsDeleted: true } => LineChange.Remove,
        { Sent: null } => LineChange.Add,
        _ => LineChange.Update,
    };

    internal bool IsDue(DateTimeOffset now) => NotBefore is null || NotBefore <= now;
}

/// <summary>What an entry of the outbox is about. Stored by name.</summary>
public enum OutboxKind
{
    /// <summary>The organization's customer: to be created, or to get the present name and address.</summary>
    Customer,

    /// <summary>A line: to be added, changed or removed.</summary>
    Item,

    /// <summary>An invoice: its lines are to be compared, and it is to be finalised.</summary>
    Close,
}

/// <summary>What becomes of a line at Stripe.</summary>
internal enum LineChange
{
    None,
    Add,
    Update,
    Remove,
}

/// <summary>An attempt that failed.</summary>
/// <param name="At">The time of the call's failure.</param>
/// <param name="Reason">What came back, without secrets.</param>
/// <param name="IsKept">Whether Stripe keeps the answer under the idempotency key, so that the next attempt needs another one.</param>
public sealed record FailedAttempt(DateTimeOffset At, string Reason, bool IsKept = false)
{
    /// <summary>See <see cref="TimelineEntry.StripeRequestId"/>.</summary>
    public string? StripeRequestId { get; init; }

    /// <summary>See <see cref="TimelineEntry.ReplyCode"/>.</summary>
    public int? ReplyCode { get; init; }

    /// <summary>See <see cref="TimelineEntry.CallId"/>.</summary>
    public string? CallId { get; init; }
}

/// <summary>A line as Stripe has it.</summary>
/// <param name="StripeInvoiceId"><c>in_…</c>.</param>
/// <param name="LineId"><c>il_…</c>; null until it is known.</param>
/// <param name="Amount">What it asks for in minor units, without what has been credited.</param>
/// <param name="Credited">What has been credited of it, because its invoice was final.</param>
public sealed record SentLine(string StripeInvoiceId, string? LineId, long Amount, long Credited = 0);
