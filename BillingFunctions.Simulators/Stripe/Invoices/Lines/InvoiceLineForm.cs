using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Api.Forms;

namespace BillingFunctions.Simulators.Stripe.Invoices.Lines;

/// <summary>Applies <c>lines[n][…]</c> to a draft: all of them, or with a problem in the form none.</summary>
internal static class InvoiceLineForm
{
    /// <summary>In minor units; the sum of an invoice stays far from overflowing.</summary>
    private const long MaxAmount = 999_999_999_999;

    private static readonly HashSet<string> CallNames = ["expand", "invoice_metadata", "lines"];

    // There are no discounts, so that discountable has no effect
    private static readonly HashSet<string> AddNames = ["amount", "description", "discountable", "metadata", "period", "quantity"];
    private static readonly HashSet<string> UpdateNames = [.. AddNames, "id"];
    private static readonly HashSet<string> RemoveNames = ["behavior", "id"];
    private static readonly HashSet<string> NotSimulated =
        ["discounts", "invoice_item", "price_data", "pricing", "quantity_decimal", "tax_amounts", "tax_rates"];

    /// <param name="most">How many lines an invoice may have.</param>
    public static InvoiceRecord Add(InvoiceRecord invoice, ParameterReader form, BillingBooks books, int most)
    {
        var (lines, now) = (invoice.Lines.ToList(), books.Now);
        foreach (var name in Names(form, AddNames))
        {
            form.Required($"{name}[amount]");
            lines.Add(Changed(new InvoiceLineRecord(books.NewId("il_"), 0, null, now, now), form, name));
        }

        if (lines.Count > most)
        {
            form.Fail(StripeProblem.Invalid("lines", $"An invoice can have at most {most} line items; this one would have {lines.Count}."));
        }

        return Finished(invoice, form, lines);
    }

    public static InvoiceRecord Update(InvoiceRecord invoice, ParameterReader form)
    {
        var lines = invoice.Lines.ToList();
        var places = Places(lines);
        foreach (var name in Names(form, UpdateNames))
        {
            if (Take(places, form, name) is { } place)
            {
                lines[place] = Changed(lines[place], form, name);
            }
        }

        return Finished(invoice, form, lines);
    }

    /// <summary>Takes lines off. Those unassigned are gone too: there are no pending items.</summary>
    public static InvoiceRecord Remove(InvoiceRecord invoice, ParameterReader form)
    {
        var places = Places(invoice.Lines);
        foreach (var name in Names(form, RemoveNames))
        {
            form.Required($"{name}[behavior]");
            form.Word($"{name}[behavior]", "delete", "unassign");
            Take(places, form, name);
        }

        return Finished(invoice, form, [.. invoice.Lines.Where(line => places.ContainsKey(line.Id))]);
    }

    private static IEnumerable<string> Names(ParameterReader form, HashSet<string> allowed)
    {
        form.Allow(CallNames);
        for (var i = 0; i == 0 || form.HasAny($"lines[{i}]"); i++)
        {
            if (i == 0 && !form.HasAny("lines[0]"))
            {
                form.Fail(StripeProblem.Invalid("lines", "Missing required param: lines.", "parameter_missing"));
                yield break;
            }

            form.Allow(allowed, NotSimulated, $"lines[{i}]");
            yield return $"lines[{i}]";
        }
    }

    private static Dictionary<string, int> Places(IReadOnlyList<InvoiceLineRecord> lines)
        => lines.Select((line, place) => (line.Id, place)).ToDictionary(pair => pair.Id, pair => pair.place);

    // A line named twice in one call is missing the second time
    private static int? Take(Dictionary<string, int> places, ParameterReader form, string name)
    {
        var id = form.Required($"{name}[id]");
        if (places.Remove(id, out var place))
        {
            return place;
        }

        form.Fail(StripeProblem.Missing("invoice line item", id, $"{name}[id]"));
        return null;
    }

    private static InvoiceLineRecord Changed(InvoiceLineRecord line, ParameterReader form, string name) => line with
    {
        Amount = form.Integer($"{name}[amount]", -MaxAmount, MaxAmount) ?? line.Amount,
        Description = form.TextOr(line.Description, $"{name}[description]"),
        Metadata = MetadataForm.Read(form, line.Metadata, $"{name}[metadata]"),
        PeriodStart = PeriodPart(form, name, "start", 0) ?? line.PeriodStart,
        PeriodEnd = PeriodPart(form, name, "end", form.Integer($"{name}[period][start]") ?? 0) ?? line.PeriodEnd,
        Quantity = form.Integer($"{name}[quantity]", 0) ?? line.Quantity,
    };

    // A period is sent whole
    private static long? PeriodPart(ParameterReader form, string name, string part, long least)
    {
        if (!form.HasAny($"{name}[period]"))
        {
            return null;
        }

        form.Required($"{name}[period][{part}]");
        return form.Integer($"{name}[period][{part}]", least);
    }

    private static InvoiceRecord Finished(InvoiceRecord invoice, ParameterReader form, IReadOnlyList<InvoiceLineRecord> lines)
    {
        var metadata = MetadataForm.Read(form, invoice.Metadata, "invoice_metadata");
        form.ThrowIfWrong();
        return invoice with { Lines = lines, Metadata = metadata };
    }
}
