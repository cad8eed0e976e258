using System.Globalization;
using System.Text.Json.Nodes;
using BillingFunctions.Simulators.Stripe.Api;

namespace BillingFunctions.Simulators.Stripe.Invoices.Lines;

/// <summary>Writes a line of an invoice in Stripe's shape.</summary>
internal static class InvoiceLineJson
{
    public static JsonObject Of(InvoiceLineRecord line, InvoiceRecord invoice, ApiVersion version, bool livemode)
    {
        var json = new JsonObject
        {
            ["id"] = line.Id,
            ["object"] = "line_item",
            ["amount"] = line.Amount,
            ["currency"] = invoice.Currency,
            ["description"] = line.Description,
            ["discount_amounts"] = new JsonArray(),
            ["discountable"] = true,
            ["discounts"] = new JsonArray(),
            ["invoice"] = invoice.Id.Length == 0 ? null : invoice.Id,
            ["livemode"] = livemode,
            ["metadata"] = JsonParts.Of(line.Item is null ? line.Metadata : invoice.SubscriptionMetadata),
            ["period"] = new JsonObject { ["end"] = line.PeriodEnd, ["start"] = line.PeriodStart },
            ["pretax_credit_amounts"] = new JsonArray(),
            ["quantity"] = line.Quantity,
            ["subtotal"] = line.Amount,
        };
        if (version.IsBasilOrLater)
        {
            json["parent"] = Parent(line, invoice);
            json["pricing"] = Pricing(line);
            json["quantity_decimal"] = line.Quantity.ToString(CultureInfo.InvariantCulture);
            json["subscription"] = invoice.Subscription;
            json["taxes"] = new JsonArray();
        }
        else
        {
            json["proration"] = false;
            json["subscription"] = invoice.Subscription;
            json["subscription_item"] = line.Item?.Id;
            json["type"] = line.Item is null ? "invoiceitem" : "subscription";
        }

        return json;
    }

    private static JsonObject Parent(InvoiceLineRecord line, InvoiceRecord invoice)
        => line.Item is null ? ItemParent(line) : SubscriptionItemParent(line.Item.Id, invoice);

    private static JsonObject ItemParent(InvoiceLineRecord line) => new()
    {
        ["invoice_item_details"] = new JsonObject
        {
            ["invoice_item"] = line.Id.Replace("il_", "ii_", StringComparison.Ordinal),
            ["proration"] = false,
            ["proration_details"] = new JsonObject { ["credited_items"] = null },
            ["subscription"] = null,
        },
        ["subscription_item_details"] = null,
        ["type"] = "invoice_item_details",
    };

    private static JsonObject SubscriptionItemParent(string item, InvoiceRecord invoice) => new()
    {
        ["invoice_item_details"] = null,
        ["subscription_item_details"] = new JsonObject
        {
            ["invoice_item"] = null,
            ["proration"] = false,
            ["proration_details"] = new JsonObject { ["credited_items"] = null },
            ["subscription"] = invoice.Subscription,
            ["subscription_item"] = item,
        },
        ["type"] = "subscription_item_details",
    };

    private static JsonObject? Pricing(InvoiceLineRecord line) => line.Item is null ? null : new JsonObject
    {
        ["price_details"] = new JsonObject { ["price"] = line.Item.Price.Id, ["product"] = line.Item.Price.Product },
        ["type"] = "price_details",
        ["unit_amount_decimal"] = line.Item.Price.UnitAmount.ToString(CultureInfo.InvariantCulture),
    };
}
