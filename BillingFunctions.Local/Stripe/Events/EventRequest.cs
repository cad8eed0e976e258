using System.Text.Json.Serialization;

namespace Stripe;

/// <summary>The call that caused an event.</summary>
[JsonConverter(typeof(StripeEntityConverterFactory))]
public class EventRequest : StripeEntity<EventRequest>
{
    /// <summary>Null when Stripe did it by itself.</summary>
    public string? Id { get; set; }

    /// <summary>The key that the caller sent with it, if any.</summary>
    public string? IdempotencyKey { get; set; }
}
