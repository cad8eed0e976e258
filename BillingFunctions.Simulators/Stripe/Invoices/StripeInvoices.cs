using System.Collections.Concurrent;
using System.Globalization;

namespace BillingFunctions.Simulators.Stripe;

/// <summary>What can be done to invoices; every change makes Stripe's events. All methods throw <see cref="StripeRefusalException"/> when Stripe would refuse.</summary>
public sealed class StripeInvoices
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromDays(3);

    private readonly BillingBooks _books;
    private readonly ConcurrentDictionary<string, bool> _declined = new();
    private int _lastNumber;

    internal StripeInvoices(BillingBooks books) => _books = books;

    /// <summary>All invoices in the order they were made.</summary>
    public IReadOnlyList<InvoiceRecord> All => _books.Invoices.All;

    public InvoiceRecord Get(string id) => _books.InvoiceOf(id);

    /// <summary>From now on the customer's payments are declined, or no longer.</summary>
    public void DeclinePaymentsOf(string customer, bool declined = true) => _declined[customer] = declined;

    /// <summary>Makes a draft with one line, which belongs to no subscription.</summary>
    /// <param name="amount">In minor units.</param>
    public InvoiceRecord Create(string customer, long amount, string currency = "usd", string description = "Services")
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
                Lines = [new InvoiceLineRecord(_books.NewId("il_"), amount, description, now, now)],
                PeriodStart = now,
                PeriodEnd = now,
            };
            _books.Add(invoice, EventCause.None);
            return invoice;
        }
    }

    /// <summary>Turns a draft into an open invoice; one of nothing is paid at once.</summary>
    public InvoiceRecord Finalize(string id) => Finalize(id, EventCause.None);

    /// <summary>Pays an invoice, finalizing a draft first. Its subscription becomes active, unless another invoice of it is open.</summary>
    /// <param name="outOfBand">Whether it was paid outside of Stripe, so that no payment is attempted.</param>
    public InvoiceRecord Pay(string id, bool outOfBand = false) => Pay(id, outOfBand, EventCause.None);

    /// <summary>Lets a try to pay fail. An active subscription becomes past due.</summary>
    public InvoiceRecord FailPayment(string id) => FailPayment(id, EventCause.None);

    /// <summary>Declares an open or uncollectible invoice void, for good.</summary>
    public InvoiceRecord Void(string id) => Void(id, EventCause.None);

    /// <summary>Gives up on an open invoice; it can still be paid.</summary>
    public InvoiceRecord MarkUncollectible(string id) => MarkUncollectible(id, EventCause.None);

    internal InvoiceRecord Finalize(string id, EventCause cause)
    {
        lock (_books.Lock)
        {
            var invoice = Expect(id, "This invoice is already finalized, you can't re-finalize a non-draft invoice.", "draft");
            var now = _books.Now;
            var due = invoice.CollectionMethod == "send_invoice" ? now + ((invoice.DaysUntilDue ?? 30) * 86_400) : (long?)null;
            var number = string.Create(CultureInfo.InvariantCulture, $"SIM-{++_lastNumber:D6}");
            invoice = invoice with { Status = "open", Number = number, FinalizedAt = now, DueDate = due };
            _books.Change(invoice, cause, "invoice.finalized");
            return invoice.Total == 0 ? Settle(invoice, cause, "invoice.paid", "invoice.payment_succeeded") : invoice;
        }
    }

    internal InvoiceRecord Pay(string id, bool outOfBand, EventCause cause)
    {
        lock (_books.Lock)
        {
            if (_books.InvoiceOf(id).Status == "draft")
            {
                Finalize(id, cause);
            }

            var invoice = _books.InvoiceOf(id) is { Status: "paid" } paid
                ? throw new StripeRefusalException(StripeProblem.NotNow($"Invoice is already paid: {paid.Id}"))
                : Expect(id, "You can only pay an open or uncollectible invoice.", "open", "uncollectible");
            if (outOfBand)
            {
                return Settle(invoice, cause, "invoice.paid");
            }

            invoice = invoice with { AttemptCount = invoice.AttemptCount + 1 };
            return Settle(invoice, cause, "invoice.paid", "invoice.payment_succeeded", "invoice_payment.paid");
        }
    }

    internal bool IsDeclined(string customer) => _declined.GetValueOrDefault(customer);

    /// <summary>Tries to pay as Stripe would: successfully, unless the customer's payments are declined.</summary>
    internal InvoiceRecord TryToPay(string id, EventCause cause)
        => IsDeclined(Get(id).Customer) ? FailPayment(id, cause) : Pay(id, outOfBand: false, cause);

    internal InvoiceRecord FailPayment(string id, EventCause cause)
    {
        lock (_books.Lock)
        {
            var invoice = Expect(id, "Only an open invoice can be tried to pay.", "open");
            invoice = invoice with
            {
                AttemptCount = invoice.AttemptCount + 1,
                NextPaymentAttempt = _books.Now + (long)RetryAfter.TotalSeconds,
            };
            _books.Change(invoice, cause, "invoice.payment_failed");
            if (invoice.Subscription is { } owner && _books.SubscriptionOf(owner) is { Status: "active" or "trialing" } subscription)
            {
                _books.Update(subscription, subscription with { Status = "past_due" }, cause);
            }

            return invoice;
        }
    }

    internal InvoiceRecord Void(string id, EventCause cause)
    {
        lock (_books.Lock)
        {
            var invoice = Expect(id, "You can only void an open or uncollectible invoice.", "open", "uncollectible");
            return _books.Change(
                invoice with { Status = "void", VoidedAt = _books.Now, NextPaymentAttempt = null }, cause, "invoice.voided");
        }
    }

    internal InvoiceRecord MarkUncollectible(string id, EventCause cause)
    {
        lock (_books.Lock)
        {
            var invoice = Expect(id, "You can only mark an open invoice as uncollectible.", "open");
            var given = invoice with { Status = "uncollectible", MarkedUncollectibleAt = _books.Now, NextPaymentAttempt = null };
            return _books.Change(given, cause, "invoice.marked_uncollectible");
        }
    }

    private InvoiceRecord Expect(string id, string otherwise, params ReadOnlySpan<string> statuses)
    {
        var invoice = _books.InvoiceOf(id);
        return statuses.Contains(invoice.Status) ? invoice : throw new StripeRefusalException(StripeProblem.NotNow(otherwise));
    }

    private InvoiceRecord Settle(InvoiceRecord invoice, EventCause cause, params ReadOnlySpan<string> types)
    {
        invoice = invoice with { Status = "paid", PaidAt = _books.Now, NextPaymentAttempt = null };
        _books.Invoices.Replace(invoice);
        foreach (var type in types)
        {
            _books.Tell(type, type == "invoice_payment.paid" ? PaymentOf(invoice) : BillingBooks.SubjectOf(invoice), cause);
        }

        Activate(invoice.Subscription, cause);
        return invoice;
    }

    private EventSubject PaymentOf(InvoiceRecord invoice)
    {
        var id = _books.NewId("inpay_");
        return new EventSubject(id, (_, livemode) => InvoicePaymentJson.Of(id, invoice, livemode));
    }

    private void Activate(string? id, EventCause cause)
    {
        if (id is null || _books.SubscriptionOf(id) is not { Status: "incomplete" or "past_due" or "unpaid" } subscription)
        {
            return;
        }

        // Only the first invoice of a subscription is paid while it is incomplete, so that there is none else to look for
        if (subscription.Status == "incomplete" || !_books.Invoices.All.Any(other => other.Subscription == id && other.Status == "open"))
        {
            _books.Update(subscription, subscription with { Status = "active" }, cause);
        }
    }
}
