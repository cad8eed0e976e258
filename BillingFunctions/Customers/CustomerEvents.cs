using System.Text.Json;
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

    /// <summary>The customer after an event about it.</summary>
    public static Customer Read(StripeEvent stripeEvent)
    {
        var (customer, deleted) = (stripeEvent.Object, stripeEvent.Type == EventTypes.CustomerDeleted);
        var id = customer.Text("id")!;
        return new Customer
        {
            Id = id,
            LastEvent = new EventStamp(deleted, stripeEvent.Created, RankOf(stripeEvent.Type) ?? 0, stripeEvent.Id),
            StripeId = id,
            Name = customer.Text("name"),
            Email = customer.Text("email"),
            Phone = customer.Text("phone"),
            Currency = customer.Text("currency"),
            Metadata = MetadataOf(customer),
            Livemode = stripeEvent.Livemode,
            Created = customer.Time("created"),
            Deleted = deleted,
        };
    }

    private static int? RankOf(string type) => type switch
    {
        EventTypes.CustomerCreated => 0,
        EventTypes.CustomerUpdated => 1,
        EventTypes.CustomerDeleted => 2,
        _ => null,
    };

    private static Dictionary<string, string> MetadataOf(JsonElement customer) =>
        customer.Child("metadata") is { ValueKind: JsonValueKind.Object } metadata
            ? metadata.EnumerateObject().Where(entry => entry.Value.ValueKind == JsonValueKind.String).ToDictionary(entry => entry.Name, entry => entry.Value.GetString()!)
            : [];
}

/// <summary>Keeps <c>Customers</c> as Stripe's events say.</summary>
internal sealed class CustomerEventHandler(CustomerStore store, ICurrentObjects stripe) : IStripeEventHandler
{
    public string? SubjectOf(StripeEvent stripeEvent) => CustomerEvents.IdOf(stripeEvent);

    public async Task ApplyAsync(string subject, IReadOnlyList<StripeEvent> events, CancellationToken cancellationToken)
    {
        var expectNew = events.Any(stripeEvent => stripeEvent.Type == EventTypes.CustomerCreated);
        var read = events.Select(stripeEvent => (Event: stripeEvent, Customer: CustomerEvents.Read(stripeEvent))).ToList();
        foreach (var last in read.Latest(one => one.Customer.LastEvent, one => one.Customer.ContentHash()))
        {
            await store.AdvanceAsync(last.Customer, expectNew, () => FindCurrentAsync(last.Event, cancellationToken), cancellationToken);
        }
    }

    private async Task<Customer?> FindCurrentAsync(StripeEvent about, CancellationToken cancellationToken) =>
        await stripe.FindCustomerAsync(CustomerEvents.IdOf(about)!, cancellationToken) is { } current ? CustomerEvents.Read(about with { Object = current }) : null;
}
