using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Api.Ids;
using BillingFunctions.Simulators.Stripe.Customers;
using BillingFunctions.Simulators.Stripe.Events;
using BillingFunctions.Simulators.Stripe.Lists;
using BillingFunctions.Simulators.Stripe.Subscriptions;

namespace BillingFunctions.Simulators.Stripe.Invoices;

/// <summary>The subscriptions and invoices. Whoever changes them holds <see cref="Lock"/>, so that events come in the order of the changes.</summary>
internal sealed class BillingBooks(CustomerStore customers, StripeEvents events, ObjectIds ids, TimeProvider time)
{
    private long _now;

    public Lock Lock { get; } = new();

    public RecordList<SubscriptionRecord> Subscriptions { get; } = new();

    public RecordList<InvoiceRecord> Invoices { get; } = new();

    /// <summary>Unix seconds. A clock set back must not break the order of the lists.</summary>
    public long Now => _now = Math.Max(_now, time.GetUtcNow().ToUnixTimeSeconds());

    public string NewId(string prefix) => ids.Next(prefix);

    /// <exception cref="StripeRefusalException">There is no such customer, or it is deleted.</exception>
    public CustomerRecord CustomerOf(string id) => customers.Find(id) is { Deleted: false } customer
        ? customer
        : throw new StripeRefusalException(StripeProblem.Missing("customer", id, "customer"));

    /// <summary>A customer of the past, deleted or not.</summary>
    public CustomerRecord AnyCustomer(string id) => customers.Find(id)!;

    public IReadOnlyList<SubscriptionRecord> SubscriptionsOf(string customer)
        => Subscriptions.Where(subscription => subscription.Customer == customer);

    public SubscriptionRecord SubscriptionOf(string id)
        => Subscriptions.Find(id) ?? throw new StripeRefusalException(StripeProblem.Missing("subscription", id));

    public InvoiceRecord InvoiceOf(string id)
        => Invoices.Find(id) ?? throw new StripeRefusalException(StripeProblem.Missing("invoice", id));

    public void Add(SubscriptionRecord subscription, EventCause cause)
    {
        Subscriptions.Add(subscription);
        events.Add("customer.subscription.created", SubjectOf(subscription), cause);
    }

    public void Add(InvoiceRecord invoice, EventCause cause)
    {
        Invoices.Add(invoice);
        events.Add("invoice.created", SubjectOf(invoice), cause);
    }

    public InvoiceRecord Update(InvoiceRecord before, InvoiceRecord after, EventCause cause)
    {
        Invoices.Replace(after);
        events.AddUpdate("invoice.updated", SubjectOf(after) with { WriteBefore = SubjectOf(before).Write }, cause);
        return after;
    }

    public void Remove(InvoiceRecord invoice, EventCause cause)
    {
        Invoices.Remove(invoice.Id);

        // The event shows the invoice as it was
        Tell("invoice.deleted", invoice, cause);
    }

    /// <summary>Adds to the balance of a customer; below zero is a credit, which the simulator keeps and does not set against later invoices.</summary>
    public void AddToBalance(string customer, long amount, EventCause cause)
    {
        if (customers.Find(customer) is { } before
            && customers.Update(customer, current => current with { Balance = current.Balance + amount }) is { } after)
        {
            var subject = StripeCustomers.SubjectOf(after) with { WriteBefore = StripeCustomers.SubjectOf(before).Write };
            events.AddUpdate("customer.updated", subject, cause);
        }
    }

    public static EventSubject SubjectOf(InvoiceRecord invoice)
        => new(invoice.Id, (version, livemode) => InvoiceJson.Of(invoice, version, livemode));

    public SubscriptionRecord Update(SubscriptionRecord before, SubscriptionRecord after, EventCause cause)
    {
        Subscriptions.Replace(after);
        var subject = SubjectOf(after) with { WriteBefore = SubjectOf(before).Write };
        events.AddUpdate("customer.subscription.updated", subject, cause);
        return after;
    }

    public SubscriptionRecord End(SubscriptionRecord ended, EventCause cause)
    {
        Subscriptions.Replace(ended);
        events.Add("customer.subscription.deleted", SubjectOf(ended), cause);
        return ended;
    }

    /// <summary>Stores a changed invoice and says what happened to it, in this order.</summary>
    public InvoiceRecord Change(InvoiceRecord invoice, EventCause cause, params ReadOnlySpan<string> types)
    {
        Invoices.Replace(invoice);
        foreach (var type in types)
        {
            Tell(type, invoice, cause);
        }

        return invoice;
    }

    /// <summary>Says something of an invoice that need not be stored.</summary>
    public void Tell(string type, InvoiceRecord invoice, EventCause cause) => events.Add(type, SubjectOf(invoice), cause);

    public void Tell(string type, EventSubject subject, EventCause cause) => events.Add(type, subject, cause);

    private static EventSubject SubjectOf(SubscriptionRecord subscription)
        => new(subscription.Id, (version, livemode) => SubscriptionJson.Of(subscription, version, livemode));
}
