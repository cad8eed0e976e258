using System.Globalization;
using System.Text.Json.Nodes;
using BillingFunctions.Simulators.Stripe.Api;

namespace BillingFunctions.Simulators.Stripe.Subscriptions;

/// <summary>Writes an item of a subscription, and its price, in Stripe's shape.</summary>
internal static class SubscriptionItemJson
{
    public static JsonObject Of(SubscriptionItemRecord item, SubscriptionRecord subscription, ApiVersion version, bool livemode)
    {
        var json = new JsonObject
        {
            ["id"] = item.Id,
            ["object"] = "subscription_item",
            ["billing_thresholds"] = null,
            ["created"] = item.Created,
        };
        if (version.IsBasilOrLater)
        {
            json["current_period_end"] = subscription.PeriodEnd;
            json["current_period_start"] = subscription.PeriodStart;
        }

        json["discounts"] = new JsonArray();
        json["metadata"] = JsonParts.Of(item.Metadata);
        json["price"] = PriceOf(item, livemode);
        json["quantity"] = item.Quantity;
        json["subscription"] = subscription.Id;
        json["tax_rates"] = new JsonArray();
        return json;
    }

    private static JsonObject PriceOf(SubscriptionItemRecord item, bool livemode) => new()
    {
        ["id"] = item.Price.Id,
        ["object"] = "price",
        ["active"] = true,
        ["billing_scheme"] = "per_unit",
        ["created"] = item.Created,
        ["currency"] = item.Price.Currency,
        ["custom_unit_amount"] = null,
        ["livemode"] = livemode,
        ["lookup_key"] = null,
        ["metadata"] = new JsonObject(),
        ["nickname"] = null,
        ["product"] = item.Price.Product,
        ["recurring"] = new JsonObject
        {
            ["interval"] = item.Price.Interval,
            ["interval_count"] = 1,
            ["meter"] = null,
            ["trial_period_days"] = null,
            ["usage_type"] = "licensed",
        },
        ["tax_behavior"] = "unspecified",
        ["tiers_mode"] = null,
        ["transform_quantity"] = null,
        ["type"] = "recurring",
        ["unit_amount"] = item.Price.UnitAmount,
        ["unit_amount_decimal"] = item.Price.UnitAmount.ToString(CultureInfo.InvariantCulture),
    };
}
