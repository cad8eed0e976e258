using System.Text.Json.Nodes;
using BillingFunctions.Simulators.Stripe.Api;

namespace BillingFunctions.Simulators.Stripe.Subscriptions;

/// <summary>Writes a subscription in Stripe's shape.</summary>
internal static class SubscriptionJson
{
    public static JsonObject Of(SubscriptionRecord subscription, ApiVersion version, bool livemode)
    {
        var json = new JsonObject
        {
            ["id"] = subscription.Id,
            ["object"] = "subscription",
            ["application"] = null,
            ["application_fee_percent"] = null,
            ["automatic_tax"] = JsonParts.AutomaticTax(),
            ["billing_cycle_anchor"] = subscription.Anchor,
            ["billing_cycle_anchor_config"] = null,
            ["billing_thresholds"] = null,
            ["cancel_at"] = subscription.CancelAt ?? (subscription.CancelAtPeriodEnd ? subscription.PeriodEnd : null),
            ["cancel_at_period_end"] = subscription.CancelAtPeriodEnd,
            ["canceled_at"] = subscription.CanceledAt,
            ["cancellation_details"] = Cancellation(subscription),
            ["collection_method"] = subscription.CollectionMethod,
            ["created"] = subscription.Created,
            ["currency"] = subscription.Price.Currency,
        };
        if (version.IsBasilOrLater)
        {
            json["billing_mode"] = new JsonObject { ["flexible"] = null, ["type"] = "flexible" };
        }
        else
        {
            json["current_period_end"] = subscription.PeriodEnd;
            json["current_period_start"] = subscription.PeriodStart;
        }

        WriteRest(json, subscription, version, livemode);
        return json;
    }

    private static void WriteRest(JsonObject json, SubscriptionRecord subscription, ApiVersion version, bool livemode)
    {
        json["customer"] = subscription.Customer;
        json["days_until_due"] = subscription.DaysUntilDue;
        json["default_payment_method"] = subscription.DefaultPaymentMethod;
        json["default_source"] = null;
        json["default_tax_rates"] = new JsonArray();
        json["description"] = subscription.Description;
        json["discounts"] = new JsonArray();
        json["ended_at"] = subscription.EndedAt;
        json["invoice_settings"] = new JsonObject { ["account_tax_ids"] = null, ["issuer"] = JsonParts.Issuer() };
        json["items"] = JsonParts.ListOf(
            $"/v1/subscription_items?subscription={subscription.Id}",
            subscription.Items.Select(item => SubscriptionItemJson.Of(item, subscription, version, livemode)));
        json["latest_invoice"] = subscription.LatestInvoice;
        json["livemode"] = livemode;
        json["metadata"] = JsonParts.Of(subscription.Metadata);
        json["next_pending_invoice_item_invoice"] = null;
        json["on_behalf_of"] = null;
        json["pause_collection"] = null;
        json["payment_settings"] = new JsonObject
        {
            ["payment_method_options"] = null,
            ["payment_method_types"] = null,
            ["save_default_payment_method"] = "off",
        };
        json["pending_setup_intent"] = null;
        json["pending_update"] = null;
        json["schedule"] = null;
        json["start_date"] = subscription.Created;
        json["status"] = subscription.Status;
        json["test_clock"] = null;
        json["transfer_data"] = null;
        json["trial_end"] = subscription.TrialEnd;
        json["trial_settings"] = new JsonObject { ["end_behavior"] = new JsonObject { ["missing_payment_method"] = "create_invoice" } };
        json["trial_start"] = subscription.TrialEnd is null ? null : subscription.Created;
    }

    private static JsonObject Cancellation(SubscriptionRecord subscription) => new()
    {
        ["comment"] = null,
        ["feedback"] = null,
        ["reason"] = subscription.CanceledAt is null ? null : "cancellation_requested",
    };
}
