using System.Text.Json.Serialization;

namespace Stripe;

/// <summary>What one unit of a product costs.</summary>
[JsonConverter(typeof(StripeEntityConverterFactory))]
public class Price : StripeEntity<Price>, IHasId, IHasMetadata, IHasObject
{
    public string Id { get; set; } = null!;

    public string Object { get; set; } = null!;

    public bool Active { get; set; }

    public DateTime Created { get; set; } = DateTime.UnixEpoch;

    /// <summary>Three lower-case letters.</summary>
    public string Currency { get; set; } = null!;

    public bool Livemode { get; set; }

    public string? LookupKey { get; set; }

    public Dictionary<string, string>? Metadata { get; set; }

    public string? Nickname { get; set; }

    [JsonPropertyName("product")]
    [JsonConverter(typeof(ExpandableIdConverter))]
    public string ProductId { get; set; } = null!;

    /// <summary><c>one_time</c> or <c>recurring</c>.</summary>
    public string Type { get; set; } = null!;

    /// <summary>In minor units; null when the amount is not fixed, or no whole number of them.</summary>
    public long? UnitAmount { get; set; }
}
