using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Api.Forms;

namespace BillingFunctions.Simulators.Stripe.Invoices;

/// <summary>Applies the form of a create or update. What is not sent stays; what is sent empty is cleared.</summary>
internal static class InvoiceForm
{
    private const long SecondsADay = 86_400;

    // What Stripe lets change on a finalized invoice. Those without a field of the record are taken and have no effect
    private static readonly HashSet<string> NamesOnceFinalized =
        ["auto_advance", "default_payment_method", "default_source", "expand", "metadata", "payment_settings", "statement_descriptor"];

    private static readonly HashSet<string> Names =
    [
        .. NamesOnceFinalized, "account_tax_ids", "automatically_finalizes_at", "collection_method", "custom_fields", "days_until_due",
        "description", "due_date", "effective_at", "footer", "issuer", "number", "rendering", "shipping_details",
    ];

    private static readonly HashSet<string> NamesOfNew = [.. Names, "currency", "customer", "pending_invoice_items_behavior"];

    private static readonly HashSet<string> NotSimulated =
    [
        "application_fee_amount", "automatic_tax", "customer_account", "default_tax_rates", "discounts", "from_invoice", "on_behalf_of",
        "shipping_cost", "subscription", "transfer_data",
    ];

    /// <summary>A draft without lines; <c>pending_invoice_items_behavior</c> has no effect, as there are no pending items.</summary>
    /// <exception cref="StripeRefusalException">A parameter is wrong, or there is no such customer.</exception>
    public static InvoiceRecord ReadNew(ParameterReader form, BillingBooks books)
    {
        form.Allow(NamesOfNew, NotSimulated);
        form.Word("pending_invoice_items_behavior", "exclude", "include");
        var id = form.Required("customer");
        form.ThrowIfWrong();
        var (customer, now) = (books.CustomerOf(id), books.Now);
        var invoice = Changed(
            new InvoiceRecord
            {
                Id = books.NewId("in_"),
                Created = now,
                Customer = id,
                BilledTo = customer,
                Currency = Currency(form) ?? customer.Currency ?? "usd",
                Lines = [],
                PeriodStart = now,
                PeriodEnd = now,
            },
            form,
            now);
        if (invoice is { CollectionMethod: "send_invoice", DueDate: null })
        {
            form.Fail(StripeProblem.Invalid(
                "days_until_due", "If `collection_method=send_invoice`, you must pass `days_until_due` or `due_date`.", "parameter_missing"));
        }

        form.ThrowIfWrong();
        return invoice;
    }

    /// <exception cref="StripeRefusalException">A parameter is wrong, or cannot be changed any more.</exception>
    public static InvoiceRecord Apply(InvoiceRecord invoice, ParameterReader form, long now)
    {
        form.Allow(Names, NotSimulated);
        if (invoice.Status != "draft" && Names.Any(name => !NamesOnceFinalized.Contains(name) && form.HasAny(name)))
        {
            form.Fail(StripeProblem.NotEditable("Finalized invoices can't be updated in this way."));
        }

        var changed = Changed(invoice, form, now);
        form.ThrowIfWrong();
        return changed;
    }

    private static InvoiceRecord Changed(InvoiceRecord invoice, ParameterReader form, long now)
    {
        var method = form.Word("collection_method", "charge_automatically", "send_invoice") ?? invoice.CollectionMethod;
        var days = form.Integer("days_until_due", 0);
        CheckDue(form, method);
        return invoice with
        {
            AutoAdvance = form.Flag("auto_advance") ?? invoice.AutoAdvance,
            GivenFinalizesAt = form.Integer("automatically_finalizes_at", now) ?? invoice.GivenFinalizesAt,
            CollectionMethod = method,
            DaysUntilDue = days ?? invoice.DaysUntilDue,
            Description = form.TextOr(invoice.Description, "description"),
            DueDate = (form.Integer("due_date", now), days) switch
            {
                ({ } due, _) => due,
                (null, { } until) => invoice.Created + (until * SecondsADay),
                _ => method == "send_invoice" ? invoice.DueDate : null,
            },
            Footer = form.TextOr(invoice.Footer, "footer"),
            Metadata = MetadataForm.Read(form, invoice.Metadata),
            Number = form.TextOr(invoice.Number, "number"),
        };
    }

    private static void CheckDue(ParameterReader form, string method)
    {
        if (form.Has("due_date") && form.Has("days_until_due"))
        {
            form.Fail(StripeProblem.Invalid("due_date", "You may only specify one of these parameters: days_until_due, due_date."));
        }

        var name = form.Has("due_date") ? "due_date" : "days_until_due";
        if (method != "send_invoice" && form.Has(name))
        {
            form.Fail(StripeProblem.Invalid(name, $"You can only set `{name}` if `collection_method=send_invoice`."));
        }
    }

    private static string? Currency(ParameterReader form)
    {
        var currency = form.Text("currency")?.ToLowerInvariant();
        if (currency is not null && (currency.Length != 3 || !currency.All(char.IsAsciiLetterLower)))
        {
            form.Fail(StripeProblem.Invalid("currency", $"Invalid currency: {currency}."));
        }

        return currency;
    }
}
