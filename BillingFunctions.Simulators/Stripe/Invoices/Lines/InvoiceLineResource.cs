using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Api.Forms;
using BillingFunctions.Simulators.Stripe.Lists;

namespace BillingFunctions.Simulators.Stripe.Invoices.Lines;

/// <summary>The endpoints of the lines of an invoice. Lines stay in the order in which they were added.</summary>
/// <param name="most">How many lines an invoice may have.</param>
internal sealed class InvoiceLineResource(InvoiceDrafts drafts, InvoiceAnswers answers, BillingBooks books, int most)
{
    private const string PathWithId = "/v1/invoices/{id}";

    private static readonly HashSet<string> ListParameters = ["limit", "starting_after", "ending_before", "expand"];
    private static readonly HashSet<string> Expandable = [];

    public void MapTo(StripeApi api)
    {
        api.Get($"{PathWithId}/lines", List);
        api.Post($"{PathWithId}/add_lines", call => Edit(call, (invoice, form) => InvoiceLineForm.Add(invoice, form, books, most)));
        api.Post($"{PathWithId}/update_lines", call => Edit(call, InvoiceLineForm.Update));
        api.Post($"{PathWithId}/remove_lines", call => Edit(call, InvoiceLineForm.Remove));
    }

    private StripeAnswer Edit(StripeCall call, Func<InvoiceRecord, ParameterReader, InvoiceRecord> edit) => answers.Of(
        call, new ParameterReader(call.Parameters), form => drafts.Edit(call.Id, draft => edit(draft, form), call.Cause));

    private StripeAnswer List(StripeCall call)
    {
        var reader = new ParameterReader(call.Parameters);
        reader.Allow(ListParameters);
        Expansions.Read(reader, Expandable, isList: true);
        var invoice = books.InvoiceOf(call.Id);
        return ListPage<InvoiceLineRecord>.InOrder(invoice.Lines, line => line.Id, "invoice line item", reader).ToAnswer(
            $"/v1/invoices/{invoice.Id}/lines",
            (json, line) => InvoiceLineJson.Of(line, invoice, call.ApiVersion, call.Account.Livemode).WriteTo(json));
    }
}
