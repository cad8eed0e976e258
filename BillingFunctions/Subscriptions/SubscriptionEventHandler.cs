using BillingFunctions.Subscriptions.History;
using BillingFunctions.Subscriptions.Importing;
using BillingFunctions.Webhooks.Applying;

namespace BillingFunctions.Subscriptions;

/// <summary>Applies Stripe's events to subscriptions, and has a subscription fetched that is known by a payment alone.</summary>
public sealed class SubscriptionEventHandler(ApplySubscriptionEvents apply, SubscriptionFetches fetches) : IStripeEventHandler
{
    public string? SubjectOf(StripeEvent stripeEvent) => SubscriptionEventReader.SubscriptionOf(stripeEvent);

    public async Task ApplyAsync(string subject, IReadOnlyList<StripeEvent> events, CancellationToken cancellationToken)
    {
        var read = events.Select(SubscriptionEventReader.Read).OfType<SubscriptionEvent>().Where(one => one.SubscriptionId == subject).ToList();
        var (_, after) = await apply.RunAsync(subject, read, cancellationToken);
        if (after.History.Record is null)
        {
            await fetches.EnqueueAsync(subject, cancellationToken);
        }
    }
}
