using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Api.Forms;
using BillingFunctions.Simulators.Stripe.Lists;

namespace BillingFunctions.Simulators.Stripe.Customers;

/// <summary>The endpoints of customers.</summary>
internal sealed class CustomerResource(StripeCustomers customers, CustomerInclusions inclusions)
{
    private const string Path = "/v1/customers";
    private const string PathWithId = $"{Path}/{{id}}";

    private static readonly HashSet<string> GetParameters = ["expand"];
    private static readonly HashSet<string> ListParameters =
        ["limit", "starting_after", "ending_before", "created", "email", "expand", "test_clock"];

    public void MapTo(StripeApi api)
    {
        api.Get(Path, List);
        api.Post(Path, Create);
        api.Get(PathWithId, Retrieve);
        api.Post(PathWithId, Update);
        api.Delete(PathWithId, Delete);
    }

    private StripeAnswer List(StripeCall call)
    {
        var reader = new ParameterReader(call.Parameters);
        reader.Allow(ListParameters);
        var query = ListQuery.Read(reader);
        var cursor = query.Cursor is { } id ? customers.Find(id) : null;
        if (query.Cursor is not null && cursor is null or { Deleted: true })
        {
            reader.Fail(StripeProblem.Missing("customer", query.Cursor!, query.CursorName));
        }

        var expansions = Expansions.Read(reader, CustomerInclusions.Names, isList: true);
        return reader.Problem is { } problem
            ? call.Refuse(problem)
            : customers.List(query, cursor, reader.Text("email")).ToAnswer(Path, (json, customer) => CustomerJson.Write(
                json, customer, call.Account.Livemode, inclusions.Of(customer, expansions, call)));
    }

    private StripeAnswer Retrieve(StripeCall call)
    {
        var reader = new ParameterReader(call.Parameters);
        reader.Allow(GetParameters);
        return AnswerWith(call, reader, () => customers.Find(call.Id));
    }

    private StripeAnswer Create(StripeCall call)
    {
        // The form is read against a blank first, so that a wrong one makes no customer
        var form = new ParameterReader(call.Parameters);
        CustomerForm.Apply(new CustomerRecord { Number = default, Id = "", Created = 0 }, form);
        return AnswerWith(call, form, () => customers.Create(blank => CustomerForm.Apply(blank, form), call.Cause));
    }

    private StripeAnswer Update(StripeCall call)
    {
        var form = new ParameterReader(call.Parameters);
        return AnswerWith(call, form, () => customers.Update(call.Id, customer =>
        {
            var changed = CustomerForm.Apply(customer, form);
            form.ThrowIfWrong();
            return changed;
        }, call.Cause));
    }

    private StripeAnswer Delete(StripeCall call)
        => AnswerWith(call, new ParameterReader(call.Parameters), () => customers.Delete(call.Id, call.Cause) ? customers.Find(call.Id) : null);

    private StripeAnswer AnswerWith(StripeCall call, ParameterReader reader, Func<CustomerRecord?> act)
    {
        var expansions = Expansions.Read(reader, CustomerInclusions.Names);
        reader.ThrowIfWrong();
        return act() is { } customer
            ? StripeAnswer.Json(200, json => CustomerJson.Write(json, customer, call.Account.Livemode, inclusions.Of(customer, expansions, call)))
            : call.Refuse(StripeProblem.Missing("customer", call.Id));
    }
}
