using System.Text.Json.Serialization;

namespace Stripe;

/// <summary>What is printed on a customer's invoices, and how they are paid.</summary>
[JsonConverter(typeof(StripeEntityConverterFactory))]
public class CustomerInvoiceSettings : StripeEntity<CustomerInvoiceSettings>
{
    public List<CustomerInvoiceSettingsCustomField>? CustomFields { get; set; }

    [JsonPropertyName("default_payment_method")]
    [JsonConverter(typeof(ExpandableIdConverter))]
    public string? DefaultPaymentMethodId { get; set; }

    public string? Footer { get; set; }
}

/// <summary>A line of the caller's own on the invoices.</summary>
[JsonConverter(typeof(StripeEntityConverterFactory))]
public class CustomerInvoiceSettingsCustomField : StripeEntity<CustomerInvoiceSettingsCustomField>
{
    public string? Name { get; set; }

    public string? Value { get; set; }
}
