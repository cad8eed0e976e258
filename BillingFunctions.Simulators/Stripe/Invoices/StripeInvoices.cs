using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Events;

namespace BillingFunctions.Simulators.Stripe.Invoices;

/// <summary>What can be done to invoices; every change makes Stripe's events. All methods throw <see cref="StripeRefusalException"/> when Stripe would refuse.</summary>
public sealed class StripeInvoices
{
    private readonly BillingBooks _books;
    private readonly InvoiceLifecycle _lifecycle;

    internal StripeInvoices(BillingBooks books, InvoiceLifecycle lifecycle) => (_books, _lifecycle) = (books, lifecycle);

    /// <summary>All invoices in the order they were made.</summary>
    public IReadOnlyList<InvoiceRecord> All => _books.Invoices.All;

    /// <summary>The invoices of a customer in the order they were made.</summary>
    public IReadOnlyList<InvoiceRecord> Of(string customer) => _books.Invoices.Where(invoice => invoice.Customer == customer);

    public InvoiceRecord Get(string id) => _books.InvoiceOf(id);

    /// <summary>From now on the customer's payments are declined, or no longer.</summary>
    public void DeclinePaymentsOf(string customer, bool declined = true) => _lifecycle.Decline(customer, declined);

    /// <summary>Makes a draft with one line, which belongs to no subscription.</summary>
    /// <param name="amount">In minor units.</param>
    public InvoiceRecord Create(string customer, long amount, string currency = "usd", string description = "Services")
        => Create(customer, currency, now => [new InvoiceLineRecord(_books.NewId("il_"), amount, description, now, now)]);

    /// <summary>Makes a draft without lines, which belongs to no subscription.</summary>
    public InvoiceRecord CreateDraft(string customer, string currency = "usd") => Create(customer, currency, _ => []);

    /// <summary>Turns a draft into an open invoice; one of nothing is paid at once.</summary>
    public InvoiceRecord Finalize(string id) => _lifecycle.Finalize(id, EventCause.None);

    /// <summary>Does what Stripe does by itself: finalizes the drafts with <c>auto_advance</c> whose time has come, and neither mails nor charges them.</summary>
    /// <returns>The finalized invoices.</returns>
    public IReadOnlyList<InvoiceRecord> FinalizeDue()
    {
        lock (_books.Lock)
        {
            var due = _books.Invoices.Where(invoice => invoice.AutomaticallyFinalizesAt <= _books.Now);
            return [.. due.Select(invoice => Finalize(invoice.Id))];
        }
    }

    /// <summary>Pays an invoice, finalizing a draft first. Its subscription becomes active, unless another invoice of it is open.</summary>
    /// <param name="outOfBand">Whether it was paid outside of Stripe, so that no payment is attempted.</param>
    public InvoiceRecord Pay(string id, bool outOfBand = false) => _lifecycle.Pay(id, outOfBand, EventCause.None);

    /// <summary>Lets a try to pay fail. An active subscription becomes past due.</summary>
    public InvoiceRecord FailPayment(string id) => _lifecycle.FailPayment(id, EventCause.None);

    /// <summary>Declares an open or uncollectible invoice void, for good.</summary>
    public InvoiceRecord Void(string id) => _lifecycle.Void(id, EventCause.None);

    /// <summary>Gives up on an open invoice; it can still be paid.</summary>
    public InvoiceRecord MarkUncollectible(string id) => _lifecycle.MarkUncollectible(id, EventCause.None);

    private InvoiceRecord Create(string customer, string currency, Func<long, IReadOnlyList<InvoiceLineRecord>> linesAt)
    {
        lock (_books.Lock)
        {
            var now = _books.Now;
            var invoice = new InvoiceRecord
            {
                Id = _books.NewId("in_"),
                Created = now,
                Customer = customer,
                BilledTo = _books.CustomerOf(customer),
                Currency = currency,
                Lines = linesAt(now),
                PeriodStart = now,
                PeriodEnd = now,
            };
            _books.Add(invoice, EventCause.None);
            return invoice;
        }
    }
}
