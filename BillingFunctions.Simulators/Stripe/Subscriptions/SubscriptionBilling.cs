using BillingFunctions.Simulators.Stripe.Events;
using BillingFunctions.Simulators.Stripe.Invoices;

namespace BillingFunctions.Simulators.Stripe.Subscriptions;

/// <summary>Makes the invoices of subscriptions, with the events in Stripe's order. The caller holds the lock of the books.</summary>
internal sealed class SubscriptionBilling(BillingBooks books, InvoiceLifecycle invoices)
{
    /// <summary>Stores a new subscription, makes its first invoice and pays it if it is to be paid at once.</summary>
    public void Start(SubscriptionRecord subscription, string paymentBehavior, EventCause cause)
    {
        books.Add(subscription, cause);
        var invoice = Draft(subscription, "subscription_create", isFree: subscription.Status == "trialing");
        books.Add(invoice, cause);
        invoices.Finalize(invoice.Id, cause);
        if (subscription.Status == "incomplete" && paymentBehavior != "default_incomplete" && books.InvoiceOf(invoice.Id).Status == "open")
        {
            invoices.TryToPay(invoice.Id, cause);
        }
    }

    /// <summary>Begins the next period.</summary>
    public void Renew(SubscriptionRecord before, EventCause cause)
    {
        var after = before with
        {
            PeriodStart = before.PeriodEnd,
            PeriodEnd = before.Price.PeriodStart(before.Anchor, before.Periods + 1),
            Periods = before.Periods + 1,
            Status = before.Status == "trialing" ? "active" : before.Status,
            LatestInvoice = books.NewId("in_"),
        };
        var invoice = Draft(after, "subscription_cycle", isFree: false);
        books.Tell("invoice.upcoming", invoice with { Id = "" }, cause);
        books.Update(before, after, cause);
        books.Add(invoice, cause);

        // While unpaid, new invoices stay drafts until somebody finalizes them
        if (after.Status != "unpaid")
        {
            Collect(invoices.Finalize(invoice.Id, cause), after, cause);
        }
    }

    private void Collect(InvoiceRecord invoice, SubscriptionRecord subscription, EventCause cause)
    {
        if (invoice.Status == "open" && !subscription.SendsInvoices)
        {
            invoices.TryToPay(invoice.Id, cause);
        }
    }

    private InvoiceRecord Draft(SubscriptionRecord subscription, string reason, bool isFree) => new()
    {
        Id = subscription.LatestInvoice!,
        Created = books.Now,
        Customer = subscription.Customer,
        BilledTo = books.CustomerOf(subscription.Customer),
        Currency = subscription.Price.Currency,
        Lines = [.. subscription.Items.Select(item => Line(item, subscription, isFree))],
        Subscription = subscription.Id,
        SubscriptionMetadata = subscription.Metadata,
        BillingReason = reason,
        AutoAdvance = true,
        CollectionMethod = subscription.CollectionMethod,
        DaysUntilDue = subscription.DaysUntilDue,
        PeriodStart = subscription.PeriodStart,
        PeriodEnd = subscription.PeriodEnd,
    };

    private InvoiceLineRecord Line(SubscriptionItemRecord item, SubscriptionRecord subscription, bool isFree) => new(
        books.NewId("il_"),
        isFree ? 0 : item.Price.UnitAmount * item.Quantity,
        isFree ? "Free trial" : $"{item.Quantity} × {item.Price.Product} (per {item.Price.Interval})",
        subscription.PeriodStart,
        subscription.PeriodEnd,
        item.Quantity)
    {
        Item = item,
    };
}
