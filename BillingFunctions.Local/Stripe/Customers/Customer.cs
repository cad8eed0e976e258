using System.Text.Json.Serialization;

namespace Stripe;

/// <summary>A customer. Of a deleted one only <see cref="Id"/>, <see cref="Object"/> and <see cref="Deleted"/> are set.</summary>
[JsonConverter(typeof(StripeEntityConverterFactory))]
public class Customer : StripeEntity<Customer>, IHasId, IHasMetadata, IHasObject
{
    public string Id { get; set; } = null!;

    public string Object { get; set; } = null!;

    public Address? Address { get; set; }

    /// <summary>In minor units; negative is credit.</summary>
    public long Balance { get; set; }

    public string? BusinessName { get; set; }

    public DateTime Created { get; set; } = DateTime.UnixEpoch;

    /// <summary>Three lower-case letters; null until the customer is first billed.</summary>
    public string? Currency { get; set; }

    [JsonPropertyName("default_source")]
    [JsonConverter(typeof(ExpandableIdConverter))]
    public string? DefaultSourceId { get; set; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Deleted { get; set; }

    public bool? Delinquent { get; set; }

    public string? Description { get; set; }

    public string? Email { get; set; }

    public string? IndividualName { get; set; }

    public string? InvoicePrefix { get; set; }

    public CustomerInvoiceSettings? InvoiceSettings { get; set; }

    public bool Livemode { get; set; }

    public Dictionary<string, string>? Metadata { get; set; }

    public string? Name { get; set; }

    public long NextInvoiceSequence { get; set; }

    public string? Phone { get; set; }

    public List<string>? PreferredLocales { get; set; }

    public Shipping? Shipping { get; set; }

    /// <summary><c>none</c>, <c>exempt</c> or <c>reverse</c>.</summary>
    public string? TaxExempt { get; set; }

    [JsonPropertyName("test_clock")]
    [JsonConverter(typeof(ExpandableIdConverter))]
    public string? TestClockId { get; set; }
}
