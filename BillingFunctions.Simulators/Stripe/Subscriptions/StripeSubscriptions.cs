using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Events;
using BillingFunctions.Simulators.Stripe.Invoices;

namespace BillingFunctions.Simulators.Stripe.Subscriptions;

/// <summary>What can be done to subscriptions; every change makes Stripe's events. All methods throw <see cref="StripeRefusalException"/> when Stripe would refuse.</summary>
public sealed class StripeSubscriptions
{
    private readonly BillingBooks _books;
    private readonly InvoiceLifecycle _invoices;
    private readonly SubscriptionBilling _billing;

    internal StripeSubscriptions(BillingBooks books, InvoiceLifecycle invoices)
    {
        (_books, _invoices) = (books, invoices);
        _billing = new SubscriptionBilling(books, invoices);
    }

    /// <summary>All subscriptions in the order they were made.</summary>
    public IReadOnlyList<SubscriptionRecord> All => _books.Subscriptions.All;

    public SubscriptionRecord Get(string id) => _books.SubscriptionOf(id);

    /// <summary>Subscribes a customer to the price of 10 USD a month.</summary>
    public SubscriptionRecord Create(string customer) => Create(new NewSubscription(customer));

    /// <summary>Creates a subscription with its first invoice.</summary>
    public SubscriptionRecord Create(NewSubscription wanted) => Create(wanted, EventCause.None);

    /// <summary>Changes a subscription in whatever way.</summary>
    public SubscriptionRecord Update(string id, Func<SubscriptionRecord, SubscriptionRecord> change) => Update(id, change, EventCause.None);

    /// <summary>Sets a status without the payments that would lead to it, such as <c>past_due</c> or <c>unpaid</c>.</summary>
    public SubscriptionRecord SetStatus(string id, string status) => Update(id, subscription => subscription with { Status = status });

    /// <summary>Ends a subscription now.</summary>
    public SubscriptionRecord Cancel(string id) => Cancel(id, EventCause.None);

    /// <summary>Lets the period come to its end: the next invoice is made and paid, unless the customer's payments are declined; or the subscription ends.</summary>
    public SubscriptionRecord EndPeriod(string id)
    {
        lock (_books.Lock)
        {
            var subscription = ExpectRunning(id);
            if (subscription.CancelAtPeriodEnd || subscription.CancelAt <= subscription.PeriodEnd)
            {
                return Cancel(id);
            }

            _billing.Renew(subscription, EventCause.None);
            return Get(id);
        }
    }

    /// <summary>Gives up on a subscription whose first invoice was not paid in time.</summary>
    public SubscriptionRecord Expire(string id)
    {
        lock (_books.Lock)
        {
            var subscription = ExpectRunning(id);
            return _books.Update(subscription, subscription with { Status = "incomplete_expired", EndedAt = _books.Now }, EventCause.None);
        }
    }

    internal SubscriptionRecord Create(NewSubscription wanted, EventCause cause)
    {
        lock (_books.Lock)
        {
            _books.CustomerOf(wanted.Customer);
            if (wanted.PaymentBehavior == "error_if_incomplete" && _invoices.IsDeclined(wanted.Customer))
            {
                throw new StripeRefusalException(StripeProblem.CardDeclined);
            }

            var subscription = SubscriptionStart.Of(wanted, _books);
            _billing.Start(subscription, wanted.PaymentBehavior, cause);
            return Get(subscription.Id);
        }
    }

    internal SubscriptionRecord Update(string id, Func<SubscriptionRecord, SubscriptionRecord> change, EventCause cause)
    {
        lock (_books.Lock)
        {
            var before = Get(id);
            return _books.Update(before, change(before), cause);
        }
    }

    internal SubscriptionRecord Cancel(string id, EventCause cause)
    {
        lock (_books.Lock)
        {
            var now = _books.Now;
            var ended = ExpectRunning(id) with { Status = "canceled", CanceledAt = now, EndedAt = now };
            return _books.End(ended, cause);
        }
    }

    /// <summary>Ends what a customer has before the customer is deleted.</summary>
    internal void CancelAllOf(string customer, EventCause cause)
    {
        lock (_books.Lock)
        {
            foreach (var subscription in _books.SubscriptionsOf(customer).Where(subscription => !subscription.HasEnded))
            {
                Cancel(subscription.Id, cause);
            }
        }
    }

    private SubscriptionRecord ExpectRunning(string id)
        => Get(id) is { HasEnded: false } running ? running : throw new StripeRefusalException(StripeProblem.Missing("subscription", id));
}
