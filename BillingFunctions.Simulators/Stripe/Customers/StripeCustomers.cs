using BillingFunctions.Simulators.Stripe.Events;
using BillingFunctions.Simulators.Stripe.Lists;
using BillingFunctions.Simulators.Stripe.Subscriptions;

namespace BillingFunctions.Simulators.Stripe.Customers;

/// <summary>What can be done to customers; every change makes Stripe's events.</summary>
public sealed class StripeCustomers
{
    private readonly Lock _lock = new();
    private readonly CustomerStore _store;
    private readonly StripeSubscriptions _subscriptions;
    private readonly StripeEvents _events;

    internal StripeCustomers(CustomerStore store, StripeSubscriptions subscriptions, StripeEvents events)
        => (_store, _subscriptions, _events) = (store, subscriptions, events);

    /// <summary>How many there are, deleted ones left out.</summary>
    public int Count => _store.Count;

    /// <summary>The customers that were made since the start, deleted ones left out, in the order they were made.</summary>
    public IReadOnlyList<MadeCustomer> Made => [.. _store.Made.Select(customer => new MadeCustomer(customer.Id, customer.Name, customer.Email, customer.Phone, customer.Metadata))];

    /// <returns>The id of the new customer.</returns>
    public string Create(string? name = null, string? email = null, IReadOnlyDictionary<string, string>? metadata = null)
        => Create(blank => blank with { Name = name, Email = email, Metadata = metadata ?? blank.Metadata }, EventCause.None).Id;

    /// <summary>Changes what is given.</summary>
    /// <returns>False when there is no such customer.</returns>
    public bool Update(string id, string? name = null, string? email = null, IReadOnlyDictionary<string, string>? metadata = null)
        => Update(
            id,
            customer => customer with
            {
                Name = name ?? customer.Name,
                Email = email ?? customer.Email,
                Metadata = metadata ?? customer.Metadata,
            },
            EventCause.None) is not null;

    /// <summary>Deletes a customer, after ending all subscriptions.</summary>
    /// <returns>False when there is no such customer.</returns>
    public bool Delete(string id) => Delete(id, EventCause.None);

    internal CustomerRecord? Find(string id) => _store.Find(id);

    internal ListPage<CustomerRecord> List(ListQuery query, CustomerRecord? cursor, string? email) => _store.List(query, cursor, email);

    internal CustomerRecord Create(Func<CustomerRecord, CustomerRecord> fill, EventCause cause)
    {
        lock (_lock)
        {
            var customer = _store.Create(fill);
            _events.Add("customer.created", SubjectOf(customer), cause);
            return customer;
        }
    }

    internal CustomerRecord? Update(string id, Func<CustomerRecord, CustomerRecord> change, EventCause cause)
    {
        lock (_lock)
        {
            if (_store.Find(id) is not { } before || _store.Update(id, change) is not { } after)
            {
                return null;
            }

            _events.AddUpdate("customer.updated", SubjectOf(after) with { WriteBefore = SubjectOf(before).Write }, cause);
            return after;
        }
    }

    internal bool Delete(string id, EventCause cause)
    {
        lock (_lock)
        {
            if (_store.Find(id) is not { Deleted: false } customer)
            {
                return false;
            }

            _subscriptions.CancelAllOf(id, cause);
            _store.Delete(id);

            // The event shows the customer as it was
            _events.Add("customer.deleted", SubjectOf(customer), cause);
            return true;
        }
    }

    internal static EventSubject SubjectOf(CustomerRecord customer)
        => new(customer.Id, (_, livemode) => CustomerJson.Of(customer, livemode));
}

/// <summary>A customer that was made by a call or a test.</summary>
public sealed record MadeCustomer(string Id, string? Name, string? Email, string? Phone, IReadOnlyDictionary<string, string> Metadata);
