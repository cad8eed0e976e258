using System.Text.Json.Serialization;

namespace Stripe;

/// <summary>A customer's subscription. Its periods are those of its items.</summary>
[JsonConverter(typeof(StripeEntityConverterFactory))]
public class Subscription : StripeEntity<Subscription>, IHasId, IHasMetadata, IHasObject
{
    public string Id { get; set; } = null!;

    public string Object { get; set; } = null!;

    public DateTime BillingCycleAnchor { get; set; } = DateTime.UnixEpoch;

    /// <summary>When it will end, if that is known.</summary>
    public DateTime? CancelAt { get; set; }

    public bool CancelAtPeriodEnd { get; set; }

    /// <summary>When somebody asked for the end, which may be before it.</summary>
    public DateTime? CanceledAt { get; set; }

    /// <summary><c>charge_automatically</c> or <c>send_invoice</c>.</summary>
    public string CollectionMethod { get; set; } = null!;

    public DateTime Created { get; set; } = DateTime.UnixEpoch;

    /// <summary>Three lower-case letters.</summary>
    public string Currency { get; set; } = null!;

    [JsonIgnore]
    public string CustomerId
    {
        get => InternalCustomer?.Id!;
        set => InternalCustomer = ExpandableField<Customer>.Of(value, InternalCustomer);
    }

    /// <summary>Null unless expanded.</summary>
    [JsonIgnore]
    public Customer? Customer
    {
        get => InternalCustomer?.ExpandedObject;
        set => InternalCustomer = new ExpandableField<Customer>(value);
    }

    /// <summary>For <c>send_invoice</c>.</summary>
    public long? DaysUntilDue { get; set; }

    [JsonPropertyName("default_payment_method")]
    [JsonConverter(typeof(ExpandableIdConverter))]
    public string? DefaultPaymentMethodId { get; set; }

    public string? Description { get; set; }

    /// <summary>Null until it has ended.</summary>
    public DateTime? EndedAt { get; set; }

    /// <summary>The first items; more than 10 need a list of their own.</summary>
    public StripeList<SubscriptionItem> Items { get; set; } = null!;

    [JsonIgnore]
    public string? LatestInvoiceId
    {
        get => InternalLatestInvoice?.Id;
        set => InternalLatestInvoice = ExpandableField<Invoice>.Of(value, InternalLatestInvoice);
    }

    /// <summary>Null unless expanded.</summary>
    [JsonIgnore]
    public Invoice? LatestInvoice
    {
        get => InternalLatestInvoice?.ExpandedObject;
        set => InternalLatestInvoice = new ExpandableField<Invoice>(value);
    }

    public bool Livemode { get; set; }

    public Dictionary<string, string>? Metadata { get; set; }

    public DateTime StartDate { get; set; } = DateTime.UnixEpoch;

    /// <summary>One of <see cref="SubscriptionStatuses"/>.</summary>
    public string Status { get; set; } = null!;

    [JsonPropertyName("test_clock")]
    [JsonConverter(typeof(ExpandableIdConverter))]
    public string? TestClockId { get; set; }

    public DateTime? TrialEnd { get; set; }

    public DateTime? TrialStart { get; set; }

    [JsonInclude]
    [JsonPropertyName("customer")]
    internal ExpandableField<Customer>? InternalCustomer { get; set; }

    [JsonInclude]
    [JsonPropertyName("latest_invoice")]
    internal ExpandableField<Invoice>? InternalLatestInvoice { get; set; }
}
