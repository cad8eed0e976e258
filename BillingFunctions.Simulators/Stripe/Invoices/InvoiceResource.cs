using System.Text.Json.Nodes;
using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Api.Forms;
using BillingFunctions.Simulators.Stripe.Customers;
using BillingFunctions.Simulators.Stripe.Lists;

namespace BillingFunctions.Simulators.Stripe.Invoices;

/// <summary>The endpoints of invoices.</summary>
internal sealed class InvoiceResource(InvoiceLifecycle lifecycle, BillingBooks books)
{
    private const string Path = "/v1/invoices";
    private const string PathWithId = $"{Path}/{{id}}";

    private static readonly HashSet<string> Expandable = ["customer", "payments"];

    public void MapTo(StripeApi api)
    {
        api.Get(Path, List);
        api.Get(PathWithId, call => Answer(call, ["expand"], _ => books.InvoiceOf(call.Id)));
        api.Post($"{PathWithId}/finalize", call => Answer(call, ["auto_advance", "expand"], _ => lifecycle.Finalize(call.Id, call.Cause)));
        api.Post($"{PathWithId}/pay", call => Answer(
            call, ["expand", "forgive", "mandate", "off_session", "paid_out_of_band", "payment_method", "source"], form => Pay(call, form)));
        api.Post($"{PathWithId}/void", call => Answer(call, ["expand"], _ => lifecycle.Void(call.Id, call.Cause)));
        api.Post(
            $"{PathWithId}/mark_uncollectible", call => Answer(call, ["expand"], _ => lifecycle.MarkUncollectible(call.Id, call.Cause)));
    }

    private StripeAnswer List(StripeCall call)
    {
        var reader = new ParameterReader(call.Parameters);
        var filter = InvoiceFilter.Read(reader);
        var query = ListQuery.Read(reader);
        query.CheckCursor(reader, "invoice", id => books.Invoices.Find(id) is not null);
        var expansions = Expansions.Read(reader, Expandable, isList: true);
        reader.ThrowIfWrong();
        return books.Invoices.List(query, filter.Matches)
            .ToAnswer(Path, (json, invoice) => ToJson(invoice, call, expansions).WriteTo(json));
    }

    private InvoiceRecord Pay(StripeCall call, ParameterReader form)
    {
        if (form.Flag("paid_out_of_band") == true)
        {
            return lifecycle.Pay(call.Id, outOfBand: true, call.Cause);
        }

        // A declined payment is an error to the caller, although the try is kept and told of
        return lifecycle.TryToPay(call.Id, call.Cause) is { Status: "paid" } paid
            ? paid
            : throw new StripeRefusalException(StripeProblem.CardDeclined);
    }

    private StripeAnswer Answer(StripeCall call, HashSet<string> allowed, Func<ParameterReader, InvoiceRecord> act)
    {
        var reader = new ParameterReader(call.Parameters);
        reader.Allow(allowed);
        var expansions = Expansions.Read(reader, Expandable);
        reader.ThrowIfWrong();
        return StripeAnswer.Json(200, ToJson(act(reader), call, expansions));
    }

    private JsonObject ToJson(InvoiceRecord invoice, StripeCall call, Expansions expansions)
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
