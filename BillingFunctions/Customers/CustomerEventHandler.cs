using BillingFunctions.Customers.Events;
using BillingFunctions.Webhooks.Applying;
using Stripe;

namespace BillingFunctions.Customers;

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
