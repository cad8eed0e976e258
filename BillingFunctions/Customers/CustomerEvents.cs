using BillingFunctions.Customers.Events;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Webhooks.Applying;
using Stripe;

namespace BillingFunctions.Customers;

/// <summary>What Stripe's events say about customers.</summary>
internal static class CustomerEvents
{
    /// <summary>The id of the customer; null when the event is about something else, such as a customer's subscription.</summary>
    public static string? IdOf(StripeEvent stripeEvent) => RankOf(stripeEvent.Type) is not null ? stripeEvent.Object.Text("id") : null;

    /// <summary>What an event says of its customer, and our id of it if that stands in its metadata.</summary>
    /// <param name="stripeEvent">The event.</param>
    /// <param name="idKey">The key of the metadata under which our id stands. It is no part of what is said of the customer.</param>
    public static (Customer Customer, string? OurId) Read(StripeEvent stripeEvent, string idKey)
    {
        var (customer, deleted) = (stripeEvent.Object, stripeEvent.Type == EventTypes.CustomerDeleted);
        var id = customer.Text("id")!;
        var (content, ourId) = StripeCustomerContent.Read(customer, idKey);
        var said = new Customer
        {
            Id = id,
            LastEvent = new EventVersion(deleted, stripeEvent.Created, RankOf(stripeEvent.Type) ?? 0, stripeEvent.Id),
            StripeId = id,
            Currency = customer.Text("currency"),
            Livemode = stripeEvent.Livemode,
            Created = customer.Time("created"),
            Deleted = deleted,
        };
        return (said.With(content), ourId);
    }

    private static int? RankOf(string type) => type switch
    {
        EventTypes.CustomerCreated => 0,
        EventTypes.CustomerUpdated => 1,
        EventTypes.CustomerDeleted => 2,
        _ => null,
    };
}
