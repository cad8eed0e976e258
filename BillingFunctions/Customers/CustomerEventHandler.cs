using BillingFunctions.Webhooks;

namespace BillingFunctions.Customers;

/// <summary>Keeps <c>Customers</c> as Stripe's events say.</summary>
internal sealed class CustomerEventHandler(CustomerStore store, ICurrentObjects stripe) : IStripeEventHandler
{
    public string? SubjectOf(StripeEvent stripeEvent) => CustomerEvents.IdOf(stripeEvent);

    public async Task ApplyAsync(string subject, IReadOnlyList<StripeEvent> events, CancellationToken cancellationToken)
    {
        var expectNew = events.Any(stripeEvent => stripeEvent.Type == CustomerEvents.Created);
        foreach (var (last, customer) in events.Select(stripeEvent => (stripeEvent, CustomerEvents.Read(stripeEvent))).ToList().Latest(read => read.Item2.LastEvent))
        {
            await store.AdvanceAsync(customer, expectNew, () => FindCurrentAsync(last, cancellationToken), cancellationToken);
        }
    }

    private async Task<Customer?> FindCurrentAsync(StripeEvent about, CancellationToken cancellationToken) =>
        await stripe.FindCustomerAsync(CustomerEvents.IdOf(about)!, cancellationToken) is { } current ? CustomerEvents.Read(about with { Object = current }) : null;
}
