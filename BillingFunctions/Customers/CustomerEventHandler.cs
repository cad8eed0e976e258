using BillingFunctions.Webhooks;

namespace BillingFunctions.Customers;

/// <summary>Keeps <c>Customers</c> as Stripe's events say.</summary>
internal sealed class CustomerEventHandler(CustomerStore store) : IStripeEventHandler
{
    public string? SubjectOf(StripeEvent stripeEvent) => CustomerEvents.IdOf(stripeEvent);

    public Task ApplyAsync(string subject, IReadOnlyList<StripeEvent> events, CancellationToken cancellationToken) =>
        CustomerEvents.Last(subject, events) is { } customer
            ? store.AdvanceAsync(customer, expectNew: events.Any(stripeEvent => stripeEvent.Type == CustomerEvents.Created), cancellationToken)
            : Task.CompletedTask;
}
