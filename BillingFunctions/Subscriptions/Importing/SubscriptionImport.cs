using BillingFunctions.Platform.Runs;
using BillingFunctions.Subscriptions.Access;
using BillingFunctions.Subscriptions.History;

namespace BillingFunctions.Subscriptions.Importing;

/// <summary>An import of all subscriptions of the account and how far it is, as stored in <c>Runs</c>.</summary>
public sealed record SubscriptionImport : IRun
{
    /// <summary>How many differences are shown.</summary>
    public const int ShownDifferences = 100;

    static string IRun.Kind => "subscription_import";

    static string IRun.IdPrefix => "imp";

    public required string Id { get; init; }

    /// <summary>Whether it only reports what would change.</summary>
    public required bool Compare { get; init; }

    public required string RequestedBy { get; init; }

    public required DateTimeOffset StartedAt { get; init; }

    public DateTimeOffset? FinishedAt { get; init; }

    public ImportStatus Status { get; init; }

    /// <summary>The last subscription of the last page done; null before the first.</summary>
    public string? Cursor { get; init; }

    /// <summary>Subscriptions read.</summary>
    public long Read { get; init; }

    /// <summary>Of those, the ones that were not known, or would be added.</summary>
    public long Added { get; init; }

    /// <summary>Of those, the ones of which something changed, or would.</summary>
    public long Changed { get; init; }

    /// <summary>The first <see cref="ShownDifferences"/>.</summary>
    public IReadOnlyList<SubscriptionDifference> Differences { get; init; } = [];

    /// <summary>Why it failed; while it is under way, why its last attempt ended.</summary>
    public string? Error { get; init; }

    string IRun.StatusName => Status.ToString();

    /// <summary>Whether nothing is left to do. One that failed can be carried on with.</summary>
    internal bool IsDone => Status == ImportStatus.Completed;

    /// <summary>The import after one more page.</summary>
    internal SubscriptionImport With(IReadOnlyList<SubscriptionDifference?> page, string? next, DateTimeOffset now)
    {
        List<SubscriptionDifference> found = [.. page.OfType<SubscriptionDifference>()];
        return this with
        {
            Status = next is null ? ImportStatus.Completed : ImportStatus.Running,
            FinishedAt = next is null ? now : null,
            Cursor = next ?? Cursor,
            Read = Read + page.Count,
            Added = Added + found.Count(difference => difference.IsNew),
            Changed = Changed + found.Count(difference => !difference.IsNew),
            Differences = [.. Differences.Concat(found).Take(ShownDifferences)],
            Error = null,
        };
    }
}

/// <summary>How far an import is. Stored by name: never rename.</summary>
public enum ImportStatus
{
    Queued,
    Running,
    Completed,

    /// <summary>Stopped with a reason; can be resumed.</summary>
    Failed,
}

/// <summary>What an import changes of a subscription, or would.</summary>
/// <param name="SubscriptionId">The id at Stripe.</param>
/// <param name="CustomerId">The customer's id at Stripe.</param>
/// <param name="Before">What is known; null when nothing is.</param>
/// <param name="After">What it is, by what Stripe says.</param>
public sealed record SubscriptionDifference(string SubscriptionId, string CustomerId, SubscriptionStanding? Before, SubscriptionStanding After)
{
    internal bool IsNew => Before is null;

    /// <summary>Null when the two come to the same.</summary>
    internal static SubscriptionDifference? Between(SubscriptionState before, SubscriptionState after, TimeSpan grace, DateTimeOffset now)
    {
        var (known, found) = (SubscriptionStanding.From(before, grace, now), SubscriptionStanding.From(after, grace, now)!);
        return known == found ? null : new SubscriptionDifference(after.History.Record!.Id, after.History.Record.CustomerId, known, found);
    }
}

/// <summary>What users of a subscription notice of it.</summary>
/// <param name="Status">The status here.</param>
/// <param name="StripeStatus">The status at Stripe, in its words.</param>
/// <param name="Allowed">Whether it gives access.</param>
/// <param name="Reason">Why, or why not.</param>
/// <param name="CurrentPeriodEnd">When the paid period ends.</param>
public sealed record SubscriptionStanding(SubscriptionStatus Status, string? StripeStatus, bool Allowed, AccessReason Reason, DateTimeOffset? CurrentPeriodEnd)
{
    /// <summary>Null while there is no record of it.</summary>
    internal static SubscriptionStanding? From(SubscriptionState state, TimeSpan grace, DateTimeOffset now)
    {
        if (state is not { History.Record: { } record, Access: { } access })
        {
            return null;
        }

        var decision = AccessDecision.From([access], grace, now);
        return new SubscriptionStanding(record.Status, record.StripeStatus, decision.Allowed, decision.Reason, record.CurrentPeriodEnd);
    }
}
