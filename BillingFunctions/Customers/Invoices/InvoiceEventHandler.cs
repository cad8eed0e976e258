using BillingFunctions.Customers.Events;
using BillingFunctions.Webhooks.Applying;

namespace BillingFunctions.Customers.Invoices;

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
