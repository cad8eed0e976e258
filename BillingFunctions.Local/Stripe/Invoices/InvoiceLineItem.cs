using System.Text.Json.Serialization;

namespace Stripe;

/// <summary>One line of an invoice.</summary>
[JsonConverter(typeof(StripeEntityConverterFactory))]
public class InvoiceLineItem : StripeEntity<InvoiceLineItem>, IHasId, IHasMetadata, IHasObject
{
    public string Id { get; set; } = null!;

    public string Object { get; set; } = null!;

    /// <summary>In minor units.</summary>
    public long Amount { get; set; }

    /// <summary>Three lower-case letters.</summary>
    public string Currency { get; set; } = null!;

    public string? Description { get; set; }

    /// <summary>The id of the invoice.</summary>
    public string? Invoice { get; set; }

    public bool Livemode { get; set; }

    public Dictionary<string, string>? Metadata { get; set; }

    public InvoiceLineItemPeriod Period { get; set; } = null!;

    public long? Quantity { get; set; }

    public long Subtotal { get; set; }
}

/// <summary>What a line is paid for.</summary>
[JsonConverter(typeof(StripeEntityConverterFactory))]
public class InvoiceLineItemPeriod : StripeEntity<InvoiceLineItemPeriod>
{
    public DateTime End { get; set; } = DateTime.UnixEpoch;

    public DateTime Start { get; set; } = DateTime.UnixEpoch;
}
