using System.Text.Json.Nodes;
using BillingFunctions.Simulators.Stripe.Api;

namespace BillingFunctions.Simulators.Stripe.Invoices;

/// <summary>Writes the payment of an invoice in Stripe's shape. It is there once the invoice is finalized with something to pay.</summary>
internal static class InvoicePaymentJson
{
    /// <summary>What <c>payments</c> of an invoice is when it is expanded.</summary>
    public static JsonObject ListOf(InvoiceRecord invoice, bool livemode) => JsonParts.ListOf(
        $"/v1/invoice_payments?invoice={invoice.Id}", invoice.PaymentId is { } id ? [Of(id, invoice, livemode)] : []);

    public static JsonObject Of(string id, InvoiceRecord invoice, bool livemode) => new()
    {
        ["id"] = id,
        ["object"] = "invoice_payment",
        ["amount_paid"] = StatusOf(invoice) == "paid" ? invoice.AmountDue : null,
        ["amount_requested"] = invoice.AmountDue,
        ["created"] = invoice.FinalizedAt,
        ["currency"] = invoice.Currency,
        ["invoice"] = invoice.Id,
        ["is_default"] = true,
        ["livemode"] = livemode,
        ["payment"] = new JsonObject { ["payment_intent"] = PaymentIntentOf(invoice), ["type"] = "payment_intent" },
        ["status"] = StatusOf(invoice),
        ["status_transitions"] = new JsonObject
        {
            ["canceled_at"] = StatusOf(invoice) == "canceled" ? invoice.PaidAt ?? invoice.VoidedAt : null,
            ["paid_at"] = StatusOf(invoice) == "paid" ? invoice.PaidAt : null,
        },
    };

    /// <summary><c>pi_…</c> of the payment of an invoice; null before there is one.</summary>
    public static string? PaymentIntentOf(InvoiceRecord invoice) => invoice.PaymentId is { } id ? $"pi_{id["inpay_".Length..]}" : null;

    private static string StatusOf(InvoiceRecord invoice) => invoice switch
    {
        { Status: "paid", PaidOutOfBand: false, AmountDue: > 0 } => "paid",
        { Status: "paid" or "void" } => "canceled",
        _ => "open",
    };
}
