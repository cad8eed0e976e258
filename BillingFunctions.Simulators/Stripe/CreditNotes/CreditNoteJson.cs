using System.Globalization;
using System.Text.Json.Nodes;
using BillingFunctions.Simulators.Stripe.Api;

namespace BillingFunctions.Simulators.Stripe.CreditNotes;

/// <summary>Writes a credit note in Stripe's shape.</summary>
internal static class CreditNoteJson
{
    private const int ShownLines = 10;

    public static JsonObject Of(CreditNoteRecord note, bool livemode) => new()
    {
        ["id"] = note.Id,
        ["object"] = "credit_note",
        ["amount"] = note.Amount,
        ["amount_shipping"] = 0,
        ["created"] = note.Created,
        ["currency"] = note.Currency,
        ["customer"] = note.Customer,
        ["customer_balance_transaction"] = null,
        ["discount_amount"] = 0,
        ["discount_amounts"] = new JsonArray(),
        ["effective_at"] = note.Created,
        ["invoice"] = note.Invoice,
        ["lines"] = JsonParts.ListOf(
            $"/v1/credit_notes/{note.Id}/lines", note.Lines.Take(ShownLines).Select(line => Of(line, livemode)), note.Lines.Count),
        ["livemode"] = livemode,
        ["memo"] = note.Memo,
        ["metadata"] = JsonParts.Of(note.Metadata),
        ["number"] = note.Number,
        ["out_of_band_amount"] = note.OutOfBandAmount == 0 ? null : note.OutOfBandAmount,
        ["pdf"] = $"https://pay.stripe.com/credit_notes/acct_simulated/{note.Id}/pdf",
        ["post_payment_amount"] = note.PostPaymentAmount,
        ["pre_payment_amount"] = note.PrePaymentAmount,
        ["pretax_credit_amounts"] = new JsonArray(),
        ["reason"] = note.Reason,
        ["refunds"] = new JsonArray(),
        ["shipping_cost"] = null,
        ["status"] = "issued",
        ["subtotal"] = note.Amount,
        ["subtotal_excluding_tax"] = note.Amount,
        ["total"] = note.Amount,
        ["total_excluding_tax"] = note.Amount,
        ["total_taxes"] = new JsonArray(),
        ["type"] = (note.PrePaymentAmount, note.PostPaymentAmount) switch
        {
            ( > 0, > 0) => "mixed",
            ( > 0, _) => "pre_payment",
            _ => "post_payment",
        },
        ["voided_at"] = null,
    };

    public static JsonObject Of(CreditNoteLineRecord line, bool livemode) => new()
    {
        ["id"] = line.Id,
        ["object"] = "credit_note_line_item",
        ["amount"] = line.Amount,
        ["description"] = line.Description,
        ["discount_amount"] = 0,
        ["discount_amounts"] = new JsonArray(),
        ["livemode"] = livemode,
        ["metadata"] = JsonParts.Of(line.Metadata),
        ["pretax_credit_amounts"] = new JsonArray(),
        ["quantity"] = line.Quantity,
        ["tax_rates"] = new JsonArray(),
        ["taxes"] = new JsonArray(),
        ["type"] = "custom_line_item",
        ["unit_amount"] = line.UnitAmount,
        ["unit_amount_decimal"] = line.UnitAmount.ToString(CultureInfo.InvariantCulture),
    };
}
