using System.Text.Json.Serialization;

namespace Stripe;

/// <summary>An entity that names its kind.</summary>
[JsonConverter(typeof(StripeObjectConverter))]
public interface IHasObject
{
    string Object { get; set; }
}
