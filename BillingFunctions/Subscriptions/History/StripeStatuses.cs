namespace BillingFunctions.Subscriptions.History;

/// <summary>Those of Stripe's subscription statuses that mean something here. See https://docs.stripe.com/api/subscriptions/object#subscription_object-status.</summary>
internal static class StripeStatuses
{
    public const string PastDue = "past_due";
    public const string Unpaid = "unpaid";
    public const string Paused = "paused";
    public const string Canceled = "canceled";

    /// <summary>Its first invoice was not paid within 23 hours. As final as canceled.</summary>
    public const string IncompleteExpired = "incomplete_expired";
}
