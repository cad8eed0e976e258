namespace BillingFunctions.Subscriptions;

/// <summary>Where a subscription stands. Stored by name: never rename.</summary>
public enum SubscriptionStatus
{
    /// <summary>Made and not paid yet, or no longer paid.</summary>
    Unpaid = 0,

    Paid = 1,

    /// <summary>Ended for good; nothing brings it back.</summary>
    Canceled = 2,
}
