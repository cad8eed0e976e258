using System.Text.Json;
using System.Text.Json.Nodes;
using BillingFunctions.Simulators.Stripe.Api;

namespace BillingFunctions.Simulators.Stripe.Customers;

/// <summary>Writes a customer in Stripe's shape.</summary>
internal static class CustomerJson
{
    public static JsonObject Of(CustomerRecord customer, bool livemode)
        => JsonNode.Parse(StripeAnswer.Json(200, json => Write(json, customer, livemode)).Body.Span)!.AsObject();

    /// <param name="included">The fields that the call expands.</param>
    public static void Write(
        Utf8JsonWriter json, CustomerRecord customer, bool livemode, IEnumerable<KeyValuePair<string, JsonObject>>? included = null)
    {
        json.WriteStartObject();
        json.WriteString("id"u8, customer.Id);
        json.WriteString("object"u8, "customer"u8);
        if (customer.Deleted)
        {
            json.WriteBoolean("deleted"u8, true);
        }
        else
        {
            WriteFields(json, customer, livemode);
            foreach (var (name, value) in included ?? [])
            {
                json.WritePropertyName(name);
                value.WriteTo(json);
            }
        }

        json.WriteEndObject();
    }

    private static void WriteFields(Utf8JsonWriter json, CustomerRecord customer, bool livemode)
    {
        WriteAddress(json, customer.Address);
        json.WriteNumber("balance"u8, customer.Balance);
        WriteIfSet(json, "business_name"u8, customer.BusinessName);
        json.WriteNumber("created"u8, customer.Created);
        json.WriteString("currency"u8, customer.Currency);
        json.WriteNull("customer_account"u8);
        json.WriteString("default_source"u8, customer.DefaultSource);
        json.WriteBoolean("delinquent"u8, customer.Delinquent);
        json.WriteString("description"u8, customer.Description);
        json.WriteNull("discount"u8);
        json.WriteString("email"u8, customer.Email);
        WriteIfSet(json, "individual_name"u8, customer.IndividualName);
        json.WriteString("invoice_prefix"u8, customer.InvoicePrefix);
        WriteInvoiceSettings(json, customer);
        json.WriteBoolean("livemode"u8, livemode);
        WriteMetadata(json, customer.Metadata);
        json.WriteString("name"u8, customer.Name);
        json.WriteNumber("next_invoice_sequence"u8, customer.NextInvoiceSequence);
        json.WriteString("phone"u8, customer.Phone);
        WriteLocales(json, customer.PreferredLocales);
        WriteShipping(json, customer.Shipping);
        json.WriteString("tax_exempt"u8, customer.TaxExempt);
        json.WriteNull("test_clock"u8);
    }

    private static void WriteIfSet(Utf8JsonWriter json, ReadOnlySpan<byte> name, string? value)
    {
        if (value is not null)
        {
            json.WriteString(name, value);
        }
    }

    private static void WriteAddress(Utf8JsonWriter json, AddressRecord? address)
    {
        if (address is null)
        {
            json.WriteNull("address"u8);
            return;
        }

        json.WriteStartObject("address"u8);
        json.WriteString("city"u8, address.City);
        json.WriteString("country"u8, address.Country);
        json.WriteString("line1"u8, address.Line1);
        json.WriteString("line2"u8, address.Line2);
        json.WriteString("postal_code"u8, address.PostalCode);
        json.WriteString("state"u8, address.State);
        json.WriteEndObject();
    }

    private static void WriteInvoiceSettings(Utf8JsonWriter json, CustomerRecord customer)
    {
        json.WriteStartObject("invoice_settings"u8);
        json.WriteNull("custom_fields"u8);
        json.WriteString("default_payment_method"u8, customer.DefaultPaymentMethod);
        json.WriteString("footer"u8, customer.InvoiceFooter);
        json.WriteNull("rendering_options"u8);
        json.WriteEndObject();
    }

    private static void WriteMetadata(Utf8JsonWriter json, IReadOnlyDictionary<string, string> metadata)
    {
        json.WriteStartObject("metadata"u8);
        foreach (var (key, value) in metadata)
        {
            json.WriteString(key, value);
        }

        json.WriteEndObject();
    }

    private static void WriteLocales(Utf8JsonWriter json, IReadOnlyList<string> locales)
    {
        json.WriteStartArray("preferred_locales"u8);
        foreach (var locale in locales)
        {
            json.WriteStringValue(locale);
        }

        json.WriteEndArray();
    }

    private static void WriteShipping(Utf8JsonWriter json, ShippingRecord? shipping)
    {
        if (shipping is null)
        {
            json.WriteNull("shipping"u8);
            return;
        }

        json.WriteStartObject("shipping"u8);
        WriteAddress(json, shipping.Address);
        json.WriteString("name"u8, shipping.Name);
        json.WriteString("phone"u8, shipping.Phone);
        json.WriteEndObject();
    }
}
