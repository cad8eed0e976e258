using BillingFunctions.Subscriptions.History;

namespace BillingFunctions.Subscriptions.Access;

/// <summary>All subscriptions of a customer, as far as access needs them.</summary>
public sealed record CustomerSubscriptions(IReadOnlyList<KnownSubscription> Subscriptions)
{
    public static CustomerSubscriptions None { get; } = new([]);

    /// <summary>
    /// This with one subscription as it is now; this very one if that, or something newer, is known.
    /// Versions decide, because whoever writes may be late.
    /// </summary>
    public CustomerSubscriptions With(KnownSubscription subscription)
    {
        var id = subscription.Access.SubscriptionId;
        return Subscriptions.Any(known => known.Access.SubscriptionId == id && known.Version >= subscription.Version)
            ? this
            : new CustomerSubscriptions([.. Subscriptions.Where(known => known.Access.SubscriptionId != id), subscription]);
    }
}

/// <summary>A subscription as its customer's row knows it.</summary>
/// <param name="Version">See <see cref="SubscriptionState.AccessVersion"/>.</param>
/// <param name="Access">What access depends on.</param>
public sealed record KnownSubscription(int Version, SubscriptionAccess Access);
