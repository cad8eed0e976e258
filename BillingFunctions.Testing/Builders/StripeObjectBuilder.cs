namespace BillingFunctions.Testing.Builders;

/// <summary>Makes the objects of Stripe's events: version 2024-06-20 is the last train before basil, the other one is current.</summary>
internal static class StripeObjectBuilder
{
    public const string Old = "2024-06-20";
    public const string Current = "2026-07-29.dahlia";

    /// <summary>A subscription with its period where the version has it.</summary>
    public static string Subscription(
        string status, string version = Current, string id = "sub_1", string customer = "\"cus_1\"", long start = SubscriptionLifeBuilder.Start, params long[] periodEnds)
    {
        var isOld = version == Old;
        var ends = periodEnds.Length == 0 ? [start + 2_592_000] : periodEnds;
        var items = ends.Select((end, number) => $$"""
            {
              "id": "si_{{number}}", "object": "subscription_item", "created": {{start}}, "quantity": 1, "subscription": "{{id}}",
              "price": { "id": "price_{{number}}", "object": "price", "currency": "usd", "recurring": { "interval": "month", "interval_count": 1 }, "unit_amount": 1250 }{{(isOld ? "" : $$"""
                , "current_period_end": {{end}}, "current_period_start": {{start}}
                """)}}
            }
            """);
        return $$"""
            {
              "id": "{{id}}", "object": "subscription", "billing_cycle_anchor": {{start}}, "cancel_at_period_end": false, "canceled_at": null,
              "collection_method": "charge_automatically", "created": {{start}}, "currency": "usd",{{(isOld ? $$"""
                "current_period_end": {{ends.Max()}}, "current_period_start": {{start}},
                """ : "")}}
              "customer": {{customer}}, "default_payment_method": "pm_1", "ended_at": null,
              "items": { "object": "list", "data": [{{string.Join(",", items)}}], "has_more": false, "url": "/v1/subscription_items?subscription={{id}}" },
              "latest_invoice": "in_1", "livemode": false, "metadata": {}, "start_date": {{start}}, "status": "{{status}}", "trial_end": null
            }
            """;
    }

    /// <summary>A paid invoice with the line of its period, and a proration that gives back a year.</summary>
    public static string Invoice(string version = Current, string subscription = "\"sub_1\"", string customer = "\"cus_1\"", long start = SubscriptionLifeBuilder.Start)
    {
        var end = start + 2_592_000;
        var yearEnd = start + 31_536_000;
        return version == Old
            ? $$"""
                {
                  "id": "in_1", "object": "invoice", "amount_due": 1250, "amount_paid": 1250, "billing_reason": "subscription_cycle", "created": {{start}}, "currency": "usd",
                  "customer": {{customer}}, "customer_email": "ada@example.com", "customer_name": "Ada Lovelace", "paid": true, "status": "paid", "subscription": {{subscription}},
                  "lines": { "object": "list", "data": [
                    { "id": "il_1", "object": "line_item", "amount": 1250, "period": { "end": {{end}}, "start": {{start}} }, "proration": false, "subscription": {{subscription}}, "type": "subscription" },
                    { "id": "il_2", "object": "line_item", "amount": -9000, "period": { "end": {{yearEnd}}, "start": {{start}} }, "proration": true, "subscription": {{subscription}}, "type": "subscription" },
                    { "id": "il_3", "object": "line_item", "amount": 100, "period": { "end": {{yearEnd}}, "start": {{yearEnd}} }, "proration": false, "subscription": null, "type": "invoiceitem" }
                  ], "has_more": false }
                }
                """
            : $$"""
                {
                  "id": "in_1", "object": "invoice", "amount_due": 1250, "amount_paid": 1250, "billing_reason": "subscription_cycle", "created": {{start}}, "currency": "usd",
                  "customer": {{customer}}, "customer_account": null, "customer_email": "ada@example.com", "customer_name": "Ada Lovelace", "status": "paid",
                  "parent": { "quote_details": null, "subscription_details": { "metadata": {}, "subscription": {{subscription}} }, "type": "subscription_details" },
                  "lines": { "object": "list", "data": [
                    { "id": "il_1", "object": "line_item", "amount": 1250, "period": { "end": {{end}}, "start": {{start}} },
                      "parent": { "invoice_item_details": null, "subscription_item_details": { "invoice_item": null, "proration": false, "subscription": "sub_1", "subscription_item": "si_1" }, "type": "subscription_item_details" } },
                    { "id": "il_2", "object": "line_item", "amount": -9000, "period": { "end": {{yearEnd}}, "start": {{start}} },
                      "parent": { "invoice_item_details": null, "subscription_item_details": { "invoice_item": "ii_1", "proration": true, "subscription": "sub_1", "subscription_item": "si_1" }, "type": "subscription_item_details" } },
                    { "id": "il_3", "object": "line_item", "amount": 100, "period": { "end": {{yearEnd}}, "start": {{yearEnd}} },
                      "parent": { "invoice_item_details": { "invoice_item": "ii_2", "proration": false, "subscription": null }, "subscription_item_details": null, "type": "invoice_item_details" } }
                  ], "has_more": false }
                }
                """;
    }
}
