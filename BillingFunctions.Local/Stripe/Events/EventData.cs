using System.Text.Json.Serialization;

namespace Stripe;

/// <summary>What an event is about.</summary>
[JsonConverter(typeof(StripeEntityConverterFactory))]
public class EventData : StripeEntity<EventData>
{
    /// <summary>The object as it was just after; null when its kind has no class here.</summary>
    public IHasObject? Object { get; set; }

    internal override bool KeepsRawJson => false;
}
