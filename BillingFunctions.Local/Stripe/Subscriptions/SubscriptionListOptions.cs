namespace Stripe;

/// <summary>Which subscriptions to list.</summary>
public class SubscriptionListOptions : ListOptions
{
    public string? CollectionMethod { get; set; }

    /// <summary>A time or a range of times, in whole seconds; so with the periods.</summary>
    public AnyOf<DateTime?, DateRangeOptions>? Created { get; set; }

    public AnyOf<DateTime?, DateRangeOptions>? CurrentPeriodEnd { get; set; }

    public AnyOf<DateTime?, DateRangeOptions>? CurrentPeriodStart { get; set; }

    /// <summary>The id of the customer.</summary>
    public string? Customer { get; set; }

    /// <summary>The id of a price.</summary>
    public string? Price { get; set; }

    /// <summary>One of <see cref="SubscriptionStatuses"/>, <c>ended</c> or <c>all</c>; by default all but the canceled.</summary>
    public string? Status { get; set; }
}

/// <summary>Nothing but what all options have.</summary>
public class SubscriptionGetOptions : BaseOptions
{
}
