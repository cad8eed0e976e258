using System.Text.Json.Nodes;
using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Api.Forms;
using BillingFunctions.Simulators.Stripe.Customers;
using BillingFunctions.Simulators.Stripe.Invoices;
using BillingFunctions.Simulators.Stripe.Lists;

namespace BillingFunctions.Simulators.Stripe.Subscriptions;

/// <summary>The endpoints of subscriptions.</summary>
internal sealed class SubscriptionResource(StripeSubscriptions subscriptions, BillingBooks books)
{
    private const string Path = "/v1/subscriptions";
    private const string PathWithId = $"{Path}/{{id}}";

    private static readonly HashSet<string> Expandable = ["customer", "latest_invoice", "latest_invoice.payments"];
    private static readonly HashSet<string> GetParameters = ["expand"];
    private static readonly HashSet<string> CancelParameters = ["cancellation_details", "expand", "invoice_now", "prorate"];

    public void MapTo(StripeApi api)
    {
        api.Get(Path, List);
        api.Post(Path, Create);
        api.Get(PathWithId, call => Answer(call, GetParameters, () => subscriptions.Get(call.Id)));
        api.Post(PathWithId, Update);
        api.Delete(PathWithId, call => Answer(call, CancelParameters, () => subscriptions.Cancel(call.Id, call.Cause)));
    }

    private StripeAnswer List(StripeCall call)
    {
        var reader = new ParameterReader(call.Parameters);
        var filter = SubscriptionFilter.Read(reader);
        var query = ListQuery.Read(reader);
        query.CheckCursor(reader, "subscription", id => books.Subscriptions.Find(id) is not null);
        var expansions = Expansions.Read(reader, Expandable, isList: true);
        reader.ThrowIfWrong();
        return books.Subscriptions.List(query, filter.Matches)
            .ToAnswer(Path, (json, subscription) => ToJson(subscription, call, expansions).WriteTo(json));
    }

    private StripeAnswer Create(StripeCall call)
    {
        var form = new ParameterReader(call.Parameters);
        var wanted = SubscriptionForm.ReadNew(form);
        return Answer(call, form, () => subscriptions.Create(wanted, call.Cause));
    }

    private StripeAnswer Update(StripeCall call)
    {
        var form = new ParameterReader(call.Parameters);
        return Answer(call, form, () => subscriptions.Update(
            call.Id, current => SubscriptionForm.Apply(current, form, books.Now, () => books.NewId("si_")), call.Cause));
    }

    private StripeAnswer Answer(StripeCall call, HashSet<string> allowed, Func<SubscriptionRecord> act)
    {
        var reader = new ParameterReader(call.Parameters);
        reader.Allow(allowed);
        return Answer(call, reader, act);
    }

    private StripeAnswer Answer(StripeCall call, ParameterReader reader, Func<SubscriptionRecord> act)
    {
        var expansions = Expansions.Read(reader, Expandable);
        reader.ThrowIfWrong();
        return StripeAnswer.Json(200, ToJson(act(), call, expansions));
    }

    private JsonObject ToJson(SubscriptionRecord subscription, StripeCall call, Expansions expansions)
    {
        var json = SubscriptionJson.Of(subscription, call.ApiVersion, call.Account.Livemode);
        if (expansions.Has("customer"))
        {
            json["customer"] = CustomerJson.Of(books.AnyCustomer(subscription.Customer), call.Account.Livemode);
        }

        if (expansions.Has("latest_invoice") && subscription.LatestInvoice is { } latest)
        {
            var invoice = books.InvoiceOf(latest);
            var written = InvoiceJson.Of(invoice, call.ApiVersion, call.Account.Livemode);
            json["latest_invoice"] = written;
            if (expansions.Has("latest_invoice.payments"))
            {
                written["payments"] = InvoicePaymentJson.ListOf(invoice, call.Account.Livemode);
            }
        }

        return json;
    }
}
