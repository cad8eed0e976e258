using System.Text.Json.Serialization;

namespace Stripe;

/// <summary>What an invoice was made for.</summary>
[JsonConverter(typeof(StripeEntityConverterFactory))]
public class InvoiceParent : StripeEntity<InvoiceParent>
{
    /// <summary>Set when <see cref="Type"/> is <c>subscription_details</c>.</summary>
    public InvoiceParentSubscriptionDetails? SubscriptionDetails { get; set; }

    /// <summary><c>subscription_details</c> or <c>quote_details</c>.</summary>
    public string Type { get; set; } = null!;
}

/// <summary>The subscription that an invoice was made for.</summary>
[JsonConverter(typeof(StripeEntityConverterFactory))]
public class InvoiceParentSubscriptionDetails : StripeEntity<InvoiceParentSubscriptionDetails>, IHasMetadata
{
    /// <summary>The subscription's, as they were when the invoice was finalized.</summary>
    public Dictionary<string, string>? Metadata { get; set; }

    [JsonIgnore]
    public string SubscriptionId
    {
        get => InternalSubscription?.Id!;
        set => InternalSubscription = ExpandableField<Subscription>.Of(value, InternalSubscription);
    }

    /// <summary>Null unless expanded.</summary>
    [JsonIgnore]
    public Subscription? Subscription
    {
        get => InternalSubscription?.ExpandedObject;
        set => InternalSubscription = new ExpandableField<Subscription>(value);
    }

    [JsonInclude]
    [JsonPropertyName("subscription")]
    internal ExpandableField<Subscription>? InternalSubscription { get; set; }
}
