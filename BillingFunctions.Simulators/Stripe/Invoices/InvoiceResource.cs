using System.Text.Json.Nodes;
using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Api.Forms;
using BillingFunctions.Simulators.Stripe.Lists;

namespace BillingFunctions.Simulators.Stripe.Invoices;

/// <summary>The endpoints of invoices.</summary>
internal sealed class InvoiceResource(InvoiceDrafts drafts, InvoiceLifecycle lifecycle, InvoiceAnswers answers, BillingBooks books)
{
    private const string Path = "/v1/invoices";
    private const string PathWithId = $"{Path}/{{id}}";

    public void MapTo(StripeApi api)
    {
        api.Get(Path, List);
        api.Post(Path, call => answers.Of(call, new ParameterReader(call.Parameters), form => drafts.Create(form, call.Cause)));
        api.Get(PathWithId, call => answers.Of(call, ["expand"], _ => books.InvoiceOf(call.Id)));
        api.Post(PathWithId, call => answers.Of(
            call, new ParameterReader(call.Parameters), form => drafts.Update(call.Id, form, call.Cause)));
        api.Delete(PathWithId, Delete);
        api.Post($"{PathWithId}/finalize", call => answers.Of(
            call, ["auto_advance", "expand"], form => lifecycle.Finalize(call.Id, call.Cause, form.Flag("auto_advance"))));
        api.Post($"{PathWithId}/pay", call => answers.Of(
            call, ["expand", "forgive", "mandate", "off_session", "paid_out_of_band", "payment_method", "source"], form => Pay(call, form)));
        api.Post($"{PathWithId}/send", call => answers.Of(call, ["expand"], _ => lifecycle.Send(call.Id, call.Cause)));
        api.Post($"{PathWithId}/void", call => answers.Of(call, ["expand"], _ => lifecycle.Void(call.Id, call.Cause)));
        api.Post(
            $"{PathWithId}/mark_uncollectible", call => answers.Of(call, ["expand"], _ => lifecycle.MarkUncollectible(call.Id, call.Cause)));
    }

    private StripeAnswer List(StripeCall call)
    {
        var reader = new ParameterReader(call.Parameters);
        var filter = InvoiceFilter.Read(reader);
        var query = ListQuery.Read(reader);
        query.CheckCursor(reader, "invoice", id => books.Invoices.Find(id) is not null);
        var expansions = Expansions.Read(reader, InvoiceAnswers.Expandable, isList: true);
        reader.ThrowIfWrong();
        return books.Invoices.List(query, filter.Matches)
            .ToAnswer(Path, (json, invoice) => answers.ToJson(invoice, call, expansions).WriteTo(json));
    }

    private StripeAnswer Delete(StripeCall call)
    {
        drafts.Delete(call.Id, call.Cause);
        return StripeAnswer.Json(200, new JsonObject { ["id"] = call.Id, ["object"] = "invoice", ["deleted"] = true });
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
}
