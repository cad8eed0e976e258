using BillingFunctions.Customers.Events;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Webhooks.Applying;
using Stripe;

namespace BillingFunctions.Customers.Invoices;

/// <summary>What Stripe's events say about invoices.</summary>
internal static class InvoiceEvents
{
    /// <summary>Customer and invoice. Null when the event is about something else, or when there is no customer to keep it under.</summary>
    public static string? SubjectOf(StripeEvent stripeEvent) =>
        stripeEvent.Type.StartsWith("invoice.", StringComparison.Ordinal)

        // A preview of an invoice that does not exist yet
        && stripeEvent.Type != EventTypes.InvoiceUpcoming
        && stripeEvent.Object.Text("id") is { } id
        && stripeEvent.Object.Reference("customer") is { } customer
            ? $"{customer}|{id}"
            : null;

    /// <summary>Whether this is probably the first that is heard of an invoice: those of a new subscription are often made and paid in one moment.</summary>
    public static bool IsFirst(StripeEvent stripeEvent) => stripeEvent.Type == EventTypes.InvoiceCreated || stripeEvent.Object.Text("billing_reason") == "subscription_create";

    /// <summary>The invoice after an event about it.</summary>
    public static CustomerInvoice Read(StripeEvent stripeEvent)
    {
        var (invoice, deleted) = (stripeEvent.Object, stripeEvent.Type == EventTypes.InvoiceDeleted);
        var status = invoice.Text("status");
        var currency = invoice.Text("currency") ?? "";
        return new CustomerInvoice
        {
            Id = invoice.Text("id")!,
            CustomerId = invoice.Reference("customer")!,
            LastEvent = new EventVersion(deleted, stripeEvent.Created, RankOf(stripeEvent.Type, status), stripeEvent.Id),
            Number = invoice.Text("number"),
            Status = status,
            AmountDue = new Money(invoice.Number("amount_due") ?? 0, currency),
            AmountPaid = new Money(invoice.Number("amount_paid") ?? 0, currency),
            AmountRemaining = new Money(invoice.Number("amount_remaining") ?? 0, currency),
            Total = new Money(invoice.Number("total") ?? 0, currency),
            Created = invoice.Time("created") ?? DateTimeOffset.UnixEpoch,
            DueDate = invoice.Time("due_date"),
            PeriodStart = invoice.Time("period_start"),
            PeriodEnd = invoice.Time("period_end"),
            HostedInvoiceUrl = invoice.Text("hosted_invoice_url"),

            // Until API version 2025-03-31, and since
            SubscriptionId = invoice.Reference("subscription") ?? invoice.Child("parent").Child("subscription_details").Reference("subscription"),
            Livemode = stripeEvent.Livemode,
            Deleted = deleted,
        };
    }

    /// <summary>The order in which an invoice goes through its states: of two events of one second, the one in the later state is the later one.</summary>
    private static int RankOf(string type, string? status) => (type, status) switch
    {
        (EventTypes.InvoiceCreated, _) => 0,
        (_, "open") => 2,
        (_, "uncollectible") => 3,
        (_, "paid" or "void") => 4,
        _ => 1,
    };
}

/// <summary>Keeps <c>CustomerInvoices</c> as Stripe's events say.</summary>
internal sealed class InvoiceEventHandler(CustomerInvoiceStore store, ICurrentObjects stripe) : IStripeEventHandler
{
    public string? SubjectOf(StripeEvent stripeEvent) => InvoiceEvents.SubjectOf(stripeEvent);

    public async Task ApplyAsync(string subject, IReadOnlyList<StripeEvent> events, CancellationToken cancellationToken)
    {
        var expectNew = events.Any(InvoiceEvents.IsFirst);
        var read = events.Select(stripeEvent => (Event: stripeEvent, Invoice: InvoiceEvents.Read(stripeEvent))).ToList();
        foreach (var last in read.Latest(one => one.Invoice.LastEvent, one => one.Invoice.ContentHash()))
        {
            await store.AdvanceAsync(last.Invoice, expectNew, () => FindCurrentAsync(last.Event, last.Invoice.Id, cancellationToken), cancellationToken);
        }
    }

    private async Task<CustomerInvoice?> FindCurrentAsync(StripeEvent about, string id, CancellationToken cancellationToken) =>
        await stripe.FindInvoiceAsync(id, cancellationToken) is { } current ? InvoiceEvents.Read(about with { Object = current }) : null;
}
