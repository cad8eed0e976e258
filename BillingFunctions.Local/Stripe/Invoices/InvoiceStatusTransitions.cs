using System.Text.Json.Serialization;

namespace Stripe;

/// <summary>When an invoice came to each of its statuses; null for those it has not had.</summary>
[JsonConverter(typeof(StripeEntityConverterFactory))]
public class InvoiceStatusTransitions : StripeEntity<InvoiceStatusTransitions>
{
    public DateTime? FinalizedAt { get; set; }

    public DateTime? MarkedUncollectibleAt { get; set; }

    public DateTime? PaidAt { get; set; }

    public DateTime? VoidedAt { get; set; }
}
