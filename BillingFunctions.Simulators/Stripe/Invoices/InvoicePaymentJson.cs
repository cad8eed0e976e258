using System.Text.Json.Nodes;

namespace BillingFunctions.Simulators.Stripe;

/// <summary>Writes the payment of an invoice in Stripe's shape.</summary>
internal static class InvoicePaymentJson
{
    public static JsonObject Of(string id, InvoiceRecord invoice, bool livemode) => new()
    {
        ["id"] = id,
        ["object"] = "invoice_payment",
        ["amount_paid"] = invoice.Total,
        ["amount_requested"] = invoice.Total,
        ["created"] = invoice.FinalizedAt,
        ["currency"] = invoice.Currency,
        ["invoice"] = invoice.Id,
        ["is_default"] = true,
        ["livemode"] = livemode,
        ["payment"] = new JsonObject { ["payment_intent"] = $"pi_{id["inpay_".Length..]}", ["type"] = "payment_intent" },
        ["status"] = "paid",
        ["status_transitions"] = new JsonObject { ["canceled_at"] = null, ["paid_at"] = invoice.PaidAt },
    };
}
