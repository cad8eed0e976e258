using System.Text.Json.Nodes;
using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Invoices.Lines;

namespace BillingFunctions.Simulators.Stripe.Invoices;

/// <summary>Writes an invoice in Stripe's shape; one without an id is only upcoming.</summary>
internal static class InvoiceJson
{
    private const int ShownLines = 10;

    public static JsonObject Of(InvoiceRecord invoice, ApiVersion version, bool livemode)
    {
        var json = new JsonObject();
        if (invoice.Id.Length > 0)
        {
            json["id"] = invoice.Id;
        }

        json["object"] = "invoice";
        WriteAmounts(json, invoice);
        WriteCustomer(json, invoice);
        WriteState(json, invoice);
        json["lines"] = JsonParts.ListOf(
            $"/v1/invoices/{invoice.Id}/lines",
            invoice.Lines.Take(ShownLines).Select(line => InvoiceLineJson.Of(line, invoice, version, livemode)),
            invoice.Lines.Count);
        json["livemode"] = livemode;
        json["metadata"] = JsonParts.Of(invoice.Metadata);
        WriteSubscription(json, invoice, version);
        return json;
    }

    private static void WriteAmounts(JsonObject json, InvoiceRecord invoice)
    {
        var total = invoice.Total;
        var due = invoice.AmountDue;
        var paid = invoice.Status == "paid" ? due : 0;
        json["amount_due"] = due;
        json["amount_overpaid"] = 0;
        json["amount_paid"] = paid;
        json["amount_paid_off_stripe"] = invoice.PaidOutOfBand ? due : 0;
        json["amount_remaining"] = due - paid;
        json["amount_shipping"] = 0;
        json["currency"] = invoice.Currency;
        json["ending_balance"] = invoice.FinalizedAt is null ? null : Math.Min(0, total);
        json["post_payment_credit_notes_amount"] = invoice.PostPaymentCredit;
        json["pre_payment_credit_notes_amount"] = invoice.PrePaymentCredit;
        json["starting_balance"] = 0;
        json["subtotal"] = total;
        json["subtotal_excluding_tax"] = total;
        json["total"] = total;
        json["total_discount_amounts"] = new JsonArray();
        json["total_excluding_tax"] = total;
        json["total_pretax_credit_amounts"] = new JsonArray();
        json["total_taxes"] = new JsonArray();
    }

    private static void WriteCustomer(JsonObject json, InvoiceRecord invoice)
    {
        json["account_country"] = "US";
        json["account_name"] = "Simulated account";
        json["customer"] = invoice.Customer;
        json["customer_address"] = JsonParts.Of(invoice.BilledTo?.Address);
        json["customer_email"] = invoice.BilledTo?.Email;
        json["customer_name"] = invoice.BilledTo?.Name;
        json["customer_phone"] = invoice.BilledTo?.Phone;
        json["customer_shipping"] = null;
        json["customer_tax_exempt"] = invoice.BilledTo?.TaxExempt;
        json["customer_tax_ids"] = new JsonArray();
        json["default_payment_method"] = null;
        json["default_tax_rates"] = new JsonArray();
        json["description"] = invoice.Description;
        json["footer"] = invoice.Footer ?? invoice.BilledTo?.InvoiceFooter;
        json["issuer"] = JsonParts.Issuer();
    }

    private static void WriteState(JsonObject json, InvoiceRecord invoice)
    {
        var page = invoice.FinalizedAt is null ? null : $"https://invoice.stripe.com/i/acct_simulated/{invoice.Id}";
        json["attempt_count"] = invoice.AttemptCount;
        json["attempted"] = invoice.AttemptCount > 0;
        json["auto_advance"] = invoice is { AutoAdvance: true, Status: "draft" or "open" };
        json["automatically_finalizes_at"] = invoice.AutomaticallyFinalizesAt;
        json["automatic_tax"] = JsonParts.AutomaticTax();
        json["billing_reason"] = invoice.BillingReason;
        json["collection_method"] = invoice.CollectionMethod;
        json["created"] = invoice.Created;
        json["discounts"] = new JsonArray();
        json["due_date"] = invoice.DueDate;
        json["effective_at"] = invoice.FinalizedAt;
        json["hosted_invoice_url"] = page;
        json["invoice_pdf"] = page is null ? null : $"{page}/pdf";
        json["next_payment_attempt"] = invoice.NextPaymentAttempt;
        json["number"] = invoice.Number;
        json["payment_settings"] = new JsonObject
        {
            ["default_mandate"] = null,
            ["payment_method_options"] = null,
            ["payment_method_types"] = null,
        };
        json["period_end"] = invoice.PeriodEnd;
        json["period_start"] = invoice.PeriodStart;
        json["receipt_number"] = null;
        json["status"] = invoice.Status;
        json["status_transitions"] = new JsonObject
        {
            ["finalized_at"] = invoice.FinalizedAt,
            ["marked_uncollectible_at"] = invoice.MarkedUncollectibleAt,
            ["paid_at"] = invoice.PaidAt,
            ["voided_at"] = invoice.VoidedAt,
        };
        json["webhooks_delivered_at"] = invoice.Created;
    }

    private static void WriteSubscription(JsonObject json, InvoiceRecord invoice, ApiVersion version)
    {
        if (!version.IsBasilOrLater)
        {
            json["paid"] = invoice.Status == "paid";
            json["paid_out_of_band"] = invoice.PaidOutOfBand;
            json["subscription"] = invoice.Subscription;
            json["subscription_details"] = new JsonObject { ["metadata"] = JsonParts.Of(invoice.SubscriptionMetadata) };
            return;
        }

        json["parent"] = invoice.Subscription is null ? null : new JsonObject
        {
            ["quote_details"] = null,
            ["subscription_details"] = new JsonObject
            {
                ["metadata"] = JsonParts.Of(invoice.SubscriptionMetadata),
                ["subscription"] = invoice.Subscription,
            },
            ["type"] = "subscription_details",
        };
    }
}
