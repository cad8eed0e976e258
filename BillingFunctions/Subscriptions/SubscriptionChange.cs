namespace BillingFunctions.Subscriptions;

/// <summary>
/// What an event means for a subscription, in the order in which things happen when Stripe gives them the same second.
/// The number is the rank in the row keys of the audit: never change it.
/// </summary>
public enum SubscriptionChange
{
    /// <summary>It was made.</summary>
    Created = 0,

    /// <summary>It became past due or unpaid.</summary>
    Lapsed = 1,

    /// <summary>An invoice of it was paid.</summary>
    Paid = 2,

    /// <summary>Anything else about it changed.</summary>
    Updated = 3,

    /// <summary>Stripe ended it.</summary>
    Deleted = 4,
}
