using System.Text.Json.Nodes;
using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Api.Forms;
using BillingFunctions.Simulators.Stripe.Lists;

namespace BillingFunctions.Simulators.Stripe.Refunds;

/// <summary>The endpoints of refunds. Nothing in them can be expanded.</summary>
internal sealed class RefundResource(StripeRefunds refunds)
{
    private const string Path = "/v1/refunds";

    private static readonly HashSet<string> Expandable = [];
    private static readonly HashSet<string> Names = ["payment_intent", "amount", "reason", "metadata", "expand"];
    private static readonly HashSet<string> NotSimulated = ["charge", "instructions_email", "origin", "refund_application_fee", "reverse_transfer", "currency", "customer"];
    private static readonly HashSet<string> ListParameters = ["limit", "starting_after", "ending_before", "created", "payment_intent", "expand"];

    public void MapTo(StripeApi api)
    {
        api.Get(Path, List);
        api.Post(Path, Create);
    }

    private StripeAnswer Create(StripeCall call)
    {
        var form = new ParameterReader(call.Parameters);
        form.Allow(Names, NotSimulated);
        var (payment, amount, reason, metadata) = (form.Required("payment_intent"), form.Integer("amount", 1), form.Text("reason"), MetadataForm.Read(form, new Dictionary<string, string>()));
        Expansions.Read(form, Expandable);
        form.ThrowIfWrong();
        return StripeAnswer.Json(200, JsonOf(refunds.Create(payment, amount, reason, metadata), call.Account.Livemode));
    }

    private StripeAnswer List(StripeCall call)
    {
        var reader = new ParameterReader(call.Parameters);
        reader.Allow(ListParameters);
        var (payment, query) = (reader.Text("payment_intent"), ListQuery.Read(reader));
        query.CheckCursor(reader, "refund", id => refunds.Records.Find(id) is not null);
        Expansions.Read(reader, Expandable, isList: true);
        reader.ThrowIfWrong();
        return refunds.Records.List(query, refund => payment is null || refund.PaymentIntent == payment)
            .ToAnswer(Path, (json, refund) => JsonOf(refund, call.Account.Livemode).WriteTo(json));
    }

    private static JsonObject JsonOf(RefundRecord refund, bool livemode) => new()
    {
        ["id"] = refund.Id,
        ["object"] = "refund",
        ["amount"] = refund.Amount,
        ["charge"] = $"ch_{refund.PaymentIntent["pi_".Length..]}",
        ["created"] = refund.Created,
        ["currency"] = refund.Currency,
        ["livemode"] = livemode,
        ["metadata"] = JsonParts.Of(refund.Metadata),
        ["payment_intent"] = refund.PaymentIntent,
        ["reason"] = refund.Reason,
        ["status"] = "succeeded",
    };
}
