namespace Stripe;

/// <summary>The statuses of subscriptions.</summary>
public static class SubscriptionStatuses
{
    public const string Active = "active";

    /// <summary>Final.</summary>
    public const string Canceled = "canceled";

    /// <summary>The first invoice is not paid yet.</summary>
    public const string Incomplete = "incomplete";

    /// <summary>The first invoice was not paid within 23 hours. Final.</summary>
    public const string IncompleteExpired = "incomplete_expired";

    public const string PastDue = "past_due";

    public const string Paused = "paused";

    public const string Trialing = "trialing";

    public const string Unpaid = "unpaid";
}
