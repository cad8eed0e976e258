namespace BillingFunctions.Simulators.Stripe;

/// <summary>The endpoints of customers.</summary>
internal sealed class CustomerResource(StripeCustomers customers)
{
    private const string Path = "/v1/customers";
    private const string PathWithId = $"{Path}/{{id}}";

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

        return reader.Problem is { } problem
            ? call.Refuse(problem)
            : customers.List(query, cursor, reader.Text("email"))
                .ToAnswer(Path, (json, customer) => CustomerJson.Write(json, customer, call.Account.Livemode));
    }

    private StripeAnswer Retrieve(StripeCall call) => AnswerWith(call, customers.Find(call.Id));

    private StripeAnswer Create(StripeCall call)
    {
        // The form is read against a blank first, so that a wrong one makes no customer
        var form = new ParameterReader(call.Parameters);
        CustomerForm.Apply(new CustomerRecord { Number = default, Id = "", Created = 0 }, form);
        return form.Problem is { } problem
            ? call.Refuse(problem)
            : AnswerWith(call, customers.Create(blank => CustomerForm.Apply(blank, form), call.Cause));
    }

    private StripeAnswer Update(StripeCall call)
    {
        var form = new ParameterReader(call.Parameters);
        var updated = customers.Update(call.Id, customer =>
        {
            var changed = CustomerForm.Apply(customer, form);
            return form.Problem is null ? changed : customer;
        }, call.Cause);
        return form.Problem is { } problem ? call.Refuse(problem) : AnswerWith(call, updated);
    }

    private StripeAnswer Delete(StripeCall call)
        => customers.Delete(call.Id, call.Cause) ? AnswerWith(call, customers.Find(call.Id)) : AnswerWith(call, null);

    private static StripeAnswer AnswerWith(StripeCall call, CustomerRecord? customer) => customer is null
        ? call.Refuse(StripeProblem.Missing("customer", call.Id))
        : StripeAnswer.Json(200, json => CustomerJson.Write(json, customer, call.Account.Livemode));
}
