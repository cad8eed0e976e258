namespace Stripe;

/// <summary>What to do about usage and time left when a subscription ends.</summary>
public class SubscriptionCancelOptions : BaseOptions
{
    /// <summary>Whether to invoice what is pending.</summary>
    public bool? InvoiceNow { get; set; }

    /// <summary>Whether to credit the time left.</summary>
    public bool? Prorate { get; set; }
}
