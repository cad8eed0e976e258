using System.Text.Json.Serialization;

namespace Stripe;

/// <summary>Where to ship to.</summary>
[JsonConverter(typeof(StripeEntityConverterFactory))]
public class Shipping : StripeEntity<Shipping>
{
    public Address? Address { get; set; }

    public string? Carrier { get; set; }

    public string? Name { get; set; }

    public string? Phone { get; set; }

    public string? TrackingNumber { get; set; }

    internal override bool KeepsRawJson => false;
}
