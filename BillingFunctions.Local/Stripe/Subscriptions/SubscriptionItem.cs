using System.Text.Json.Serialization;

namespace Stripe;

/// <summary>One price of a subscription, with the period it is paid for.</summary>
[JsonConverter(typeof(StripeEntityConverterFactory))]
public class SubscriptionItem : StripeEntity<SubscriptionItem>, IHasId, IHasMetadata, IHasObject
{
    public string Id { get; set; } = null!;

    public string Object { get; set; } = null!;

    public DateTime Created { get; set; } = DateTime.UnixEpoch;

    /// <summary>1970 in events of API versions before 2025-03-31.basil, where the subscription has it.</summary>
    public DateTime CurrentPeriodEnd { get; set; } = DateTime.UnixEpoch;

    /// <inheritdoc cref="CurrentPeriodEnd"/>
    public DateTime CurrentPeriodStart { get; set; } = DateTime.UnixEpoch;

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public bool? Deleted { get; set; }

    public Dictionary<string, string>? Metadata { get; set; }

    public Price? Price { get; set; }

    public long Quantity { get; set; }

    /// <summary>The id of the subscription.</summary>
    public string Subscription { get; set; } = null!;
}
