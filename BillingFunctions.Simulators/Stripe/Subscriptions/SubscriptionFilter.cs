using BillingFunctions.Simulators.Stripe.Api.Forms;
using BillingFunctions.Simulators.Stripe.Lists;

namespace BillingFunctions.Simulators.Stripe.Subscriptions;

/// <summary>Which subscriptions a list is about; by default all but the canceled.</summary>
internal sealed record SubscriptionFilter(string? Customer, string? Price, string? Status, string? CollectionMethod, CreatedRange PeriodEnd)
{
    private static readonly HashSet<string> Names =
    [
        "limit", "starting_after", "ending_before", "created", "current_period_end", "current_period_start", "collection_method",
        "customer", "price", "status", "expand",
    ];

    public static SubscriptionFilter Read(ParameterReader reader)
    {
        reader.Allow(Names);
        return new SubscriptionFilter(
            reader.Text("customer"),
            reader.Text("price"),
            reader.Word(
                "status", "all", "ended", "active", "canceled", "incomplete", "incomplete_expired", "past_due", "paused", "trialing", "unpaid"),
            reader.Text("collection_method"),
            CreatedRange.Read(reader, "current_period_end"));
    }

    public bool Matches(SubscriptionRecord subscription)
        => (Customer is null || subscription.Customer == Customer)
            && (Price is null || subscription.Items.Any(item => item.Price.Id == Price))
            && (CollectionMethod is null || subscription.CollectionMethod == CollectionMethod)
            && PeriodEnd.Contains(subscription.PeriodEnd)
            && HasStatus(subscription);

    private bool HasStatus(SubscriptionRecord subscription) => Status switch
    {
        null => subscription.Status != "canceled",
        "all" => true,
        "ended" => subscription.HasEnded,
        _ => subscription.Status == Status,
    };
}
