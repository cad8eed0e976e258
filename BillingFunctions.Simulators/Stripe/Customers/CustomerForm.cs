using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Api.Forms;

namespace BillingFunctions.Simulators.Stripe.Customers;

/// <summary>Applies the form of a create or update. What is not sent stays; what is sent empty is cleared.</summary>
internal static class CustomerForm
{
    // Those without a field of the record are taken and have no effect
    private static readonly HashSet<string> Names =
    [
        "address", "balance", "business_name", "cash_balance", "default_source", "description", "email", "expand", "individual_name",
        "invoice_prefix", "invoice_settings", "metadata", "name", "next_invoice_sequence", "payment_method", "phone", "preferred_locales",
        "shipping", "source", "tax", "tax_exempt", "tax_id_data", "test_clock", "validate",
    ];

    public static CustomerRecord Apply(CustomerRecord customer, ParameterReader form)
    {
        form.Allow(Names);
        var changed = customer with
        {
            Address = Address(form, "address", customer.Address),
            Balance = form.Integer("balance") ?? customer.Balance,
            BusinessName = form.TextOr(customer.BusinessName, "business_name", 150),
            DefaultSource = form.TextOr(customer.DefaultSource, "default_source"),
            Description = form.TextOr(customer.Description, "description"),
            Email = form.TextOr(customer.Email, "email", 512),
            IndividualName = form.TextOr(customer.IndividualName, "individual_name", 150),
            InvoicePrefix = form.TextOr(customer.InvoicePrefix, "invoice_prefix", 12),
            InvoiceFooter = form.TextOr(customer.InvoiceFooter, "invoice_settings[footer]"),
            DefaultPaymentMethod = form.TextOr(customer.DefaultPaymentMethod, "invoice_settings[default_payment_method]"),
            Metadata = MetadataForm.Read(form, customer.Metadata),
            Name = form.TextOr(customer.Name, "name", 256),
            NextInvoiceSequence = form.Integer("next_invoice_sequence", 1) ?? customer.NextInvoiceSequence,
            Phone = form.TextOr(customer.Phone, "phone", 20),
            PreferredLocales = form.HasAny("preferred_locales")
                ? [.. form.Entries("preferred_locales").Select(entry => entry.Value)]
                : customer.PreferredLocales,
            Shipping = Shipping(form, customer.Shipping),
            TaxExempt = form.TextOr(customer.TaxExempt, "tax_exempt") ?? "none",
        };
        Check(changed, form);
        return changed;
    }

    private static void Check(CustomerRecord customer, ParameterReader form)
    {
        if (form.Has("email") && customer.Email is { } email && !LooksLikeEmail(email))
        {
            form.Fail(StripeProblem.Invalid("email", $"Invalid email address: {email}", "email_invalid"));
        }

        if (customer.TaxExempt is not ("none" or "exempt" or "reverse"))
        {
            form.Fail(StripeProblem.Invalid("tax_exempt", "Invalid tax_exempt: must be one of none, exempt, or reverse"));
        }
    }

    private static bool LooksLikeEmail(string email)
        => email.IndexOf('@', StringComparison.Ordinal) is > 0 and var at && at == email.LastIndexOf('@') && email.IndexOf('.', at) > at + 1
            && email[^1] != '.' && !email.Any(char.IsWhiteSpace);

    // An address is replaced as a whole, as Stripe does
    private static AddressRecord? Address(ParameterReader form, string name, AddressRecord? current)
    {
        if (!form.HasAny(name))
        {
            return current;
        }

        return form.Has(name)
            ? null
            : new AddressRecord(
                form.TextOr(null, $"{name}[city]"),
                form.TextOr(null, $"{name}[country]"),
                form.TextOr(null, $"{name}[line1]"),
                form.TextOr(null, $"{name}[line2]"),
                form.TextOr(null, $"{name}[postal_code]"),
                form.TextOr(null, $"{name}[state]"));
    }

    private static ShippingRecord? Shipping(ParameterReader form, ShippingRecord? current)
    {
        if (!form.HasAny("shipping"))
        {
            return current;
        }

        return form.Has("shipping")
            ? null
            : new ShippingRecord(
                Address(form, "shipping[address]", null), form.TextOr(null, "shipping[name]"), form.TextOr(null, "shipping[phone]"));
    }
}
