using System.Collections.Concurrent;
using System.Globalization;
using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Events;

namespace BillingFunctions.Simulators.Stripe.Invoices;

/// <summary>Moves invoices from status to status, and their subscriptions with them.</summary>
internal sealed class InvoiceLifecycle(BillingBooks books)
{
    private const long SecondsADay = 86_400;
    private const long RetryAfter = 3 * SecondsADay;

    private readonly ConcurrentDictionary<string, bool> _declined = new();
    private int _lastNumber;

    public void Decline(string customer, bool declined) => _declined[customer] = declined;

    public bool IsDeclined(string customer) => _declined.GetValueOrDefault(customer);

    /// <summary>Turns a draft into an open invoice. One of nothing is paid at once; so is one below zero, which the customer is credited with.</summary>
    /// <param name="autoAdvance">Null leaves it as it is.</param>
    public InvoiceRecord Finalize(string id, EventCause cause, bool? autoAdvance = null)
    {
        lock (books.Lock)
        {
            var invoice = Expect(id, "This invoice is already finalized, you can't re-finalize a non-draft invoice.", "draft");
            var now = books.Now;
            invoice = invoice with
            {
                Status = "open",
                AutoAdvance = autoAdvance ?? invoice.AutoAdvance,
                Number = invoice.Number ?? string.Create(CultureInfo.InvariantCulture, $"SIM-{++_lastNumber:D6}"),
                FinalizedAt = now,
                PaymentId = invoice.AmountDue == 0 ? null : books.NewId("inpay_"),
                DueDate = invoice.CollectionMethod == "send_invoice"
                    ? invoice.DueDate ?? (now + ((invoice.DaysUntilDue ?? 30) * SecondsADay))
                    : null,
            };
            books.Change(invoice, cause, "invoice.finalized");
            if (invoice.Total < 0)
            {
                books.AddToBalance(invoice.Customer, invoice.Total, cause);
            }

            return invoice.AmountDue == 0 ? Settle(invoice, cause, "invoice.paid", "invoice.payment_succeeded") : invoice;
        }
    }

    /// <summary>Mails an invoice, finalizing a draft first.</summary>
    public InvoiceRecord Send(string id, EventCause cause)
    {
        lock (books.Lock)
        {
            var invoice = Expect(id, "You can't send a voided invoice.", "draft", "open", "paid", "uncollectible");
            if (invoice.CollectionMethod != "send_invoice")
            {
                throw new StripeRefusalException(StripeProblem.NotNow(
                    "You can only manually send an invoice if its collection method is 'send_invoice'."));
            }

            invoice = invoice.Status == "draft" ? Finalize(id, cause) : invoice;
            books.Tell("invoice.sent", invoice, cause);
            return invoice;
        }
    }

    public InvoiceRecord Pay(string id, bool outOfBand, EventCause cause)
    {
        lock (books.Lock)
        {
            if (books.InvoiceOf(id).Status == "draft" && Finalize(id, cause) is { Status: "paid" } free)
            {
                return free;
            }

            var invoice = Expect(id, "Only an open or uncollectible invoice can be paid; this one is neither.", "open", "uncollectible");
            return outOfBand
                ? Settle(invoice with { PaidOutOfBand = true }, cause, "invoice.paid")
                : Settle(
                    invoice with { AttemptCount = invoice.AttemptCount + 1 },
                    cause,
                    "invoice.paid", "invoice.payment_succeeded", "invoice_payment.paid");
        }
    }

    /// <summary>Tries to pay as Stripe would: successfully, unless the customer's payments are declined.</summary>
    public InvoiceRecord TryToPay(string id, EventCause cause)
    {
        lock (books.Lock)
        {
            if (!IsDeclined(books.InvoiceOf(id).Customer))
            {
                return Pay(id, outOfBand: false, cause);
            }

            return books.InvoiceOf(id).Status == "draft" && Finalize(id, cause) is { Status: "paid" } free ? free : FailPayment(id, cause);
        }
    }

    public InvoiceRecord FailPayment(string id, EventCause cause)
    {
        lock (books.Lock)
        {
            var invoice = Expect(id, "Only an open invoice can be tried to pay.", "open", "uncollectible");
            invoice = invoice with { AttemptCount = invoice.AttemptCount + 1, NextPaymentAttempt = books.Now + RetryAfter };
            books.Change(invoice, cause, "invoice.payment_failed");
            if (invoice.Subscription is { } owner && books.SubscriptionOf(owner) is { Status: "active" or "trialing" } subscription)
            {
                books.Update(subscription, subscription with { Status = "past_due" }, cause);
            }

            return invoice;
        }
    }

    public InvoiceRecord Void(string id, EventCause cause)
    {
        lock (books.Lock)
        {
            var invoice = Expect(id, "You can only void an open or uncollectible invoice.", "open", "uncollectible");
            return books.Change(invoice with { Status = "void", VoidedAt = books.Now, NextPaymentAttempt = null }, cause, "invoice.voided");
        }
    }

    public InvoiceRecord MarkUncollectible(string id, EventCause cause)
    {
        lock (books.Lock)
        {
            var invoice = Expect(id, "You can only mark an open invoice as uncollectible.", "open");
            var given = invoice with { Status = "uncollectible", MarkedUncollectibleAt = books.Now, NextPaymentAttempt = null };
            return books.Change(given, cause, "invoice.marked_uncollectible");
        }
    }

    /// <summary>Takes a credit note into account; an open invoice of which nothing is due any more is paid.</summary>
    public void Credit(InvoiceRecord invoice, long prePayment, long postPayment, EventCause cause)
    {
        lock (books.Lock)
        {
            var credited = books.Update(
                invoice,
                invoice with
                {
                    PrePaymentCredit = invoice.PrePaymentCredit + prePayment,
                    PostPaymentCredit = invoice.PostPaymentCredit + postPayment,
                },
                cause);
            if (credited is { Status: "open", AmountDue: 0 })
            {
                Settle(credited, cause, "invoice.paid");
            }
        }
    }

    private InvoiceRecord Expect(string id, string otherwise, params ReadOnlySpan<string> statuses)
    {
        var invoice = books.InvoiceOf(id);
        return statuses.Contains(invoice.Status) ? invoice : throw new StripeRefusalException(StripeProblem.NotNow(otherwise));
    }

    private InvoiceRecord Settle(InvoiceRecord invoice, EventCause cause, params ReadOnlySpan<string> types)
    {
        invoice = invoice with { Status = "paid", PaidAt = books.Now, NextPaymentAttempt = null };
        books.Invoices.Replace(invoice);
        foreach (var type in types)
        {
            books.Tell(type, type == "invoice_payment.paid" ? PaymentOf(invoice) : BillingBooks.SubjectOf(invoice), cause);
        }

        Activate(invoice.Subscription, cause);
        return invoice;
    }

    private static EventSubject PaymentOf(InvoiceRecord invoice)
        => new(invoice.PaymentId!, (_, livemode) => InvoicePaymentJson.Of(invoice.PaymentId!, invoice, livemode));

    private void Activate(string? id, EventCause cause)
    {
        if (id is null || books.SubscriptionOf(id) is not { Status: "incomplete" or "past_due" or "unpaid" } subscription)
        {
            return;
        }

        // Only the first invoice of a subscription is paid while it is incomplete, so that there is none else to look for
        if (subscription.Status == "incomplete" || !books.Invoices.Any(other => other.Subscription == id && other.Status == "open"))
        {
            books.Update(subscription, subscription with { Status = "active" }, cause);
        }
    }
}
