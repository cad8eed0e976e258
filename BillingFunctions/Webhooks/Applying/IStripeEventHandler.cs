namespace BillingFunctions.Webhooks.Applying;

/// <summary>What a capability does with Stripe's events. Each registers its own as a singleton.</summary>
public interface IStripeEventHandler
{
    /// <summary>The thing that an event is about, such as the id of a subscription; null when this handler has nothing to do with it.</summary>
    string? SubjectOf(StripeEvent stripeEvent);

    /// <summary>
    /// Applies the events of one subject, in one read and one write. Called with any events, in any order, any number of times;
    /// two calls for one subject may run at the same time, in different processes too.
    /// </summary>
    /// <exception cref="Exception">They could not be applied; they will come again.</exception>
    Task ApplyAsync(string subject, IReadOnlyList<StripeEvent> events, CancellationToken cancellationToken);
}
