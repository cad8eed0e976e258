namespace Stripe;

/// <summary>What to change of a subscription; what is left alone is not sent.</summary>
public class SubscriptionUpdateOptions : BaseOptions, IHasMetadata
{
    /// <summary>Null clears it.</summary>
    public AnyOf<DateTime?, SubscriptionCancelAt>? CancelAt
    {
        get;
        set
        {
            field = value;
            Assigned();
        }
    }

    public bool? CancelAtPeriodEnd { get; set; }

    public string? CollectionMethod { get; set; }

    public long? DaysUntilDue { get; set; }

    public string? DefaultPaymentMethod { get; set; }

    /// <summary>Null clears it.</summary>
    public string? Description
    {
        get;
        set
        {
            field = value;
            Assigned();
        }
    }

    /// <summary>Those to change, to add or to take out; the others stay.</summary>
    public List<SubscriptionItemOptions>? Items { get; set; }

    /// <summary>Merged key by key; an empty value removes a key, null removes all.</summary>
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

    public string? PaymentBehavior { get; set; }

    /// <summary><c>create_prorations</c> (default), <c>always_invoice</c> or <c>none</c>.</summary>
    public string? ProrationBehavior { get; set; }
}
