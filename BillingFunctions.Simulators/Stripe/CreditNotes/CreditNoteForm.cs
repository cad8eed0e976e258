using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Api.Forms;

namespace BillingFunctions.Simulators.Stripe.CreditNotes;

/// <summary>Reads the form of a new credit note.</summary>
internal static class CreditNoteForm
{
    // Far from overflowing, multiplied and summed up
    private const long MaxUnitAmount = 99_999_999_999;
    private const long MaxQuantity = 100_000;

    // No mails are sent, and the note is in effect at once
    private static readonly HashSet<string> Names =
    [
        "credit_amount", "effective_at", "email_type", "expand", "invoice", "lines", "memo", "metadata", "out_of_band_amount", "reason",
        "refund_amount",
    ];

    private static readonly HashSet<string> NotSimulated = ["amount", "refunds", "shipping_cost"];
    private static readonly HashSet<string> LineNames = ["description", "metadata", "quantity", "type", "unit_amount"];
    private static readonly HashSet<string> NotSimulatedOfLine =
        ["amount", "invoice_line_item", "tax_amounts", "tax_rates", "unit_amount_decimal"];

    /// <returns>A credit note without an id, and without what it takes over from its invoice.</returns>
    /// <exception cref="StripeRefusalException">A parameter is wrong.</exception>
    public static CreditNoteRecord Read(ParameterReader form, Func<string> newLineId)
    {
        form.Allow(Names, NotSimulated);
        var note = new CreditNoteRecord
        {
            Id = "",
            Created = 0,
            Invoice = form.Required("invoice"),
            Customer = "",
            Currency = "",
            Number = "",
            Lines = ReadLines(form, newLineId),
            CreditAmount = form.Integer("credit_amount", 0) ?? 0,
            RefundAmount = form.Integer("refund_amount", 0) ?? 0,
            OutOfBandAmount = form.Integer("out_of_band_amount", 0) ?? 0,
            Memo = form.TextOr(null, "memo"),
            Metadata = MetadataForm.Read(form, new Dictionary<string, string>()),
            Reason = form.Word("reason", "duplicate", "fraudulent", "order_change", "product_unsatisfactory"),
        };
        form.ThrowIfWrong();
        return note;
    }

    private static List<CreditNoteLineRecord> ReadLines(ParameterReader form, Func<string> newLineId)
    {
        var lines = new List<CreditNoteLineRecord>();
        for (var i = 0; form.HasAny($"lines[{i}]"); i++)
        {
            lines.Add(ReadLine(form, $"lines[{i}]", newLineId()));
        }

        if (lines.Count == 0)
        {
            form.Fail(StripeProblem.Invalid("lines", "Missing required param: lines.", "parameter_missing"));
        }

        return lines;
    }

    private static CreditNoteLineRecord ReadLine(ParameterReader form, string name, string id)
    {
        form.Allow(LineNames, NotSimulatedOfLine, name);
        if (form.Required($"{name}[type]") == "invoice_line_item")
        {
            form.Fail(StripeProblem.NotSimulated($"{name}[type]=invoice_line_item"));
        }

        form.Word($"{name}[type]", "custom_line_item");
        form.Required($"{name}[quantity]");
        form.Required($"{name}[unit_amount]");
        return new CreditNoteLineRecord(
            id,
            form.Integer($"{name}[unit_amount]", 0, MaxUnitAmount) ?? 0,
            form.Integer($"{name}[quantity]", 1, MaxQuantity) ?? 1,
            form.TextOr(null, $"{name}[description]"))
        {
            Metadata = MetadataForm.Read(form, new Dictionary<string, string>(), $"{name}[metadata]"),
        };
    }
}
