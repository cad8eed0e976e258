using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Api.Forms;
using BillingFunctions.Simulators.Stripe.Invoices;
using BillingFunctions.Simulators.Stripe.Lists;

namespace BillingFunctions.Simulators.Stripe.CreditNotes;

/// <summary>The endpoints of credit notes. Nothing in them can be expanded.</summary>
internal sealed class CreditNoteResource(StripeCreditNotes notes, BillingBooks books)
{
    private const string Path = "/v1/credit_notes";

    private static readonly HashSet<string> Expandable = [];
    private static readonly HashSet<string> ListParameters =
        ["limit", "starting_after", "ending_before", "created", "customer", "invoice", "expand"];
    private static readonly HashSet<string> LineListParameters = ["limit", "starting_after", "ending_before", "expand"];

    public void MapTo(StripeApi api)
    {
        api.Get(Path, List);
        api.Post(Path, Create);
        api.Get($"{Path}/{{id}}", call => Answer(call, Reader(call, ["expand"]), () => notes.Get(call.Id)));
        api.Get($"{Path}/{{id}}/lines", ListLines);
    }

    private StripeAnswer Create(StripeCall call)
    {
        var form = new ParameterReader(call.Parameters);
        return Answer(call, form, () => notes.Create(CreditNoteForm.Read(form, () => books.NewId("cnli_")), call.Cause));
    }

    private StripeAnswer List(StripeCall call)
    {
        var reader = Reader(call, ListParameters);
        var (customer, invoice, query) = (reader.Text("customer"), reader.Text("invoice"), ListQuery.Read(reader));
        query.CheckCursor(reader, "credit note", id => notes.Records.Find(id) is not null);
        Expansions.Read(reader, Expandable, isList: true);
        reader.ThrowIfWrong();
        return notes.Records
            .List(query, note => (customer is null || note.Customer == customer) && (invoice is null || note.Invoice == invoice))
            .ToAnswer(Path, (json, note) => CreditNoteJson.Of(note, call.Account.Livemode).WriteTo(json));
    }

    private StripeAnswer ListLines(StripeCall call)
    {
        var reader = Reader(call, LineListParameters);
        Expansions.Read(reader, Expandable, isList: true);
        return ListPage<CreditNoteLineRecord>.InOrder(notes.Get(call.Id).Lines, line => line.Id, "credit note line item", reader)
            .ToAnswer($"{Path}/{call.Id}/lines", (json, line) => CreditNoteJson.Of(line, call.Account.Livemode).WriteTo(json));
    }

    private static ParameterReader Reader(StripeCall call, HashSet<string> allowed)
    {
        var reader = new ParameterReader(call.Parameters);
        reader.Allow(allowed);
        return reader;
    }

    private static StripeAnswer Answer(StripeCall call, ParameterReader reader, Func<CreditNoteRecord> act)
    {
        Expansions.Read(reader, Expandable);
        reader.ThrowIfWrong();
        return StripeAnswer.Json(200, CreditNoteJson.Of(act(), call.Account.Livemode));
    }
}
