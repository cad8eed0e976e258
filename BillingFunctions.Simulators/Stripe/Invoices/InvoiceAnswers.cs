using System.Text.Json.Nodes;
using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Api.Forms;
using BillingFunctions.Simulators.Stripe.Customers;

namespace BillingFunctions.Simulators.Stripe.Invoices;

/// <summary>Answers calls with an invoice and what the call wants whole instead of its id.</summary>
internal sealed class InvoiceAnswers(BillingBooks books)
{
    public static HashSet<string> Expandable { get; } = ["customer", "payments"];

    public StripeAnswer Of(StripeCall call, HashSet<string> allowed, Func<ParameterReader, InvoiceRecord> act)
    {
        var reader = new ParameterReader(call.Parameters);
        reader.Allow(allowed);
        return Of(call, reader, act);
    }

    /// <param name="act">Gives the invoice; it is not called when a parameter was wrong before.</param>
    public StripeAnswer Of(StripeCall call, ParameterReader reader, Func<ParameterReader, InvoiceRecord> act)
    {
        var expansions = Expansions.Read(reader, Expandable);
        reader.ThrowIfWrong();
        return StripeAnswer.Json(200, ToJson(act(reader), call, expansions));
    }

    public JsonObject ToJson(InvoiceRecord invoice, StripeCall call, Expansions expansions)
    {
        var json = InvoiceJson.Of(invoice, call.ApiVersion, call.Account.Livemode);
        if (expansions.Has("customer"))
        {
            json["customer"] = CustomerJson.Of(books.AnyCustomer(invoice.Customer), call.Account.Livemode);
        }

        if (expansions.Has("payments"))
        {
            json["payments"] = InvoicePaymentJson.ListOf(invoice, call.Account.Livemode);
        }

        return json;
    }
}
