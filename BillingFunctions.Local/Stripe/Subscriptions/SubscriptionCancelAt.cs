namespace Stripe;

/// <summary>An end named by the periods of the items.</summary>
public class SubscriptionCancelAt : StringEnum
{
    /// <summary>When the last period ends.</summary>
    public static readonly SubscriptionCancelAt MaxPeriodEnd = new("max_period_end");

    /// <summary>When the first period ends.</summary>
    public static readonly SubscriptionCancelAt MinPeriodEnd = new("min_period_end");

    private SubscriptionCancelAt(string value)
        : base(value)
    {
    }
}
