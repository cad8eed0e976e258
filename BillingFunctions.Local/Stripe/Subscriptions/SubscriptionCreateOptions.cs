namespace Stripe;

/// <summary>A subscription to create.</summary>
public class SubscriptionCreateOptions : BaseOptions, IHasMetadata
{
    public AnyOf<DateTime?, SubscriptionCancelAt>? CancelAt { get; set; }

    public bool? CancelAtPeriodEnd { get; set; }

    /// <summary><c>charge_automatically</c> (default) or <c>send_invoice</c>.</summary>
    public string? CollectionMethod { get; set; }

    public string? Currency { get; set; }

    /// <summary>The id of the customer; needed.</summary>
    public string? Customer { get; set; }

    /// <summary>For <c>send_invoice</c>.</summary>
    public long? DaysUntilDue { get; set; }

    public string? DefaultPaymentMethod { get; set; }

    public string? Description { get; set; }

    /// <summary>1 to 20.</summary>
    public List<SubscriptionItemOptions>? Items { get; set; }

    /// <summary>Null clears it.</summary>
    public Dictionary<string, string>? Metadata
    {
        get;
        set
        {
            field = value;
            Assigned();
        }
    }

    public bool? OffSession { get; set; }

    /// <summary><c>allow_incomplete</c> (default), <c>default_incomplete</c>, <c>error_if_incomplete</c> or <c>pending_if_incomplete</c>.</summary>
    public string? PaymentBehavior { get; set; }

    public string? ProrationBehavior { get; set; }

    public long? TrialPeriodDays { get; set; }
}
