using System.Text.Json.Nodes;
using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Api.Forms;
using BillingFunctions.Simulators.Stripe.Invoices;
using BillingFunctions.Simulators.Stripe.Subscriptions;

namespace BillingFunctions.Simulators.Stripe.Customers;

/// <summary>The fields of a customer that Stripe sends only when they are expanded.</summary>
internal sealed class CustomerInclusions(BillingBooks books)
{
    private const int ListedSubscriptions = 10;

    /// <summary>What a call may expand.</summary>
    public static IReadOnlySet<string> Names { get; } =
        new HashSet<string> { "cash_balance", "invoice_credit_balance", "sources", "subscriptions", "tax", "tax_ids" };

    public IEnumerable<KeyValuePair<string, JsonObject>> Of(CustomerRecord customer, Expansions expansions, StripeCall call)
        => Names.Where(expansions.Has).Select(name => KeyValuePair.Create(name, Of(name, customer, call)));

    private JsonObject Of(string name, CustomerRecord customer, StripeCall call) => name switch
    {
        "cash_balance" => new JsonObject
        {
            ["object"] = "cash_balance",
            ["available"] = null,
            ["customer"] = customer.Id,
            ["livemode"] = call.Account.Livemode,
            ["settings"] = new JsonObject { ["reconciliation_mode"] = "automatic", ["using_merchant_default"] = true },
        },
        "subscriptions" => SubscriptionsOf(customer, call),
        "tax" => new JsonObject { ["automatic_tax"] = "unrecognized_location", ["ip_address"] = null, ["location"] = null, ["provider"] = "stripe" },
        "sources" or "tax_ids" => JsonParts.ListOf($"/v1/customers/{customer.Id}/{name}", []),
        _ => [],
    };

    private JsonObject SubscriptionsOf(CustomerRecord customer, StripeCall call)
    {
        var running = books.SubscriptionsOf(customer.Id).Where(subscription => subscription.Status != "canceled").Reverse().ToList();
        var list = JsonParts.ListOf(
            $"/v1/customers/{customer.Id}/subscriptions",
            running.Take(ListedSubscriptions).Select(subscription => SubscriptionJson.Of(subscription, call.ApiVersion, call.Account.Livemode)));
        (list["has_more"], list["total_count"]) = (running.Count > ListedSubscriptions, running.Count);
        return list;
    }
}
