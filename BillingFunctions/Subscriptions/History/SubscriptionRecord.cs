namespace BillingFunctions.Subscriptions.History;

/// <summary>A subscription as its events have made it.</summary>
/// <param name="Id"><c>sub_…</c>.</param>
/// <param name="CustomerId"><c>cus_…</c>.</param>
/// <param name="Livemode">Whether it is about real money.</param>
public sealed record SubscriptionRecord(string Id, string CustomerId, bool Livemode)
{
    public SubscriptionStatus Status { get; init; }

    /// <summary>What Stripe calls it, such as <c>active</c>.</summary>
    public string? StripeStatus { get; init; }

    /// <summary>Until when it runs without a further payment.</summary>
    public DateTimeOffset? CurrentPeriodEnd { get; init; }

    /// <summary>Since when a payment is overdue; null unless it has been paid before.</summary>
    public DateTimeOffset? PastDueSince { get; init; }

    public string? CustomerName { get; init; }

    public string? CustomerEmail { get; init; }

    /// <summary>The last event that it took something from.</summary>
    public string LastEventId { get; init; } = "";

    /// <summary>When the latest of those events happened.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>Whether an invoice of it has ever been paid whole.</summary>
    public bool HasBeenPaid { get; init; }

    /// <summary><c>in_…</c>, the invoice that decides while the subscription is overdue; null when none is known.</summary>
    public string? LatestInvoiceId { get; init; }

    /// <summary>Until when the latest invoice can be paid; null unless invoices are sent to the customer to be paid later.</summary>
    public DateTimeOffset? DueAt { get; init; }

    public bool IsOverdue => StripeStatuses.IsOverdue(StripeStatus);

    /// <summary>The record after one more event.</summary>
    /// <param name="next">The event.</param>
    /// <param name="to">The status that it led to.</param>
    internal SubscriptionRecord After(SubscriptionEvent next, SubscriptionStatus to)
    {
        if (Status == SubscriptionStatus.Canceled)
        {
            return this;
        }

        if (next.IsPayment && to != SubscriptionStatus.Paid)
        {
            return this with { HasBeenPaid = HasBeenPaid || next.IsInvoicePaid };
        }

        var time = DateTimeOffset.FromUnixTimeSeconds(next.Created);
        return this with
        {
            Status = to,
            StripeStatus = next.StripeStatus ?? StripeStatus,
            CurrentPeriodEnd = PeriodEndAfter(next),
            HasBeenPaid = HasBeenPaid || next.IsInvoicePaid,
            LatestInvoiceId = next.IsPayment ? LatestInvoiceId : next.InvoiceId ?? LatestInvoiceId,
            DueAt = next.IsPayment ? DueAt : next.DueAt is { } due ? DateTimeOffset.FromUnixTimeSeconds(due) : null,
            PastDueSince = to != SubscriptionStatus.Unpaid ? null : Status == SubscriptionStatus.Paid ? time : PastDueSince,
            CustomerName = next.CustomerName ?? CustomerName,
            CustomerEmail = next.CustomerEmail ?? CustomerEmail,
            LastEventId = next.Id,
            UpdatedAt = time > UpdatedAt ? time : UpdatedAt,
        };
    }

    private DateTimeOffset? PeriodEndAfter(SubscriptionEvent next)
    {
        if (next.PeriodEnd is not { } seconds)
        {
            return CurrentPeriodEnd;
        }

        // An invoice may be paid long after the period that it is for; only the subscription itself can shorten the period.
        var end = DateTimeOffset.FromUnixTimeSeconds(seconds);
        return next.IsPayment && CurrentPeriodEnd > end ? CurrentPeriodEnd : end;
    }
}

/// <summary>Where a subscription stands. Stored by name: never rename.</summary>
public enum SubscriptionStatus
{
    /// <summary>Made and not paid yet, or no longer paid.</summary>
    Unpaid = 0,

    Paid = 1,

    /// <summary>Ended for good; nothing brings it back.</summary>
    Canceled = 2,
}

/// <summary>Those of Stripe's subscription statuses that mean something here. See https://docs.stripe.com/api/subscriptions/object#subscription_object-status.</summary>
internal static class StripeStatuses
{
    public const string Active = "active";
    public const string Trialing = "trialing";
    public const string PastDue = "past_due";
    public const string Unpaid = "unpaid";
    public const string Paused = "paused";
    public const string Canceled = "canceled";

    /// <summary>Its first invoice was not paid within 23 hours. As final as canceled.</summary>
    public const string IncompleteExpired = "incomplete_expired";

    /// <summary>Whether Stripe provides the service and nothing is overdue.</summary>
    public static bool IsRunning(string? status) => status is Active or Trialing;

    public static bool IsOverdue(string? status) => status is PastDue or Unpaid;

    public static bool IsEnded(string? status) => status is Canceled or IncompleteExpired;
}
