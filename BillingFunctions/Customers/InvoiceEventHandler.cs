using BillingFunctions.Webhooks;

namespace BillingFunctions.Customers;

/// <summary>Keeps <c>CustomerInvoices</c> as Stripe's events say.</summary>
internal sealed class InvoiceEventHandler(CustomerInvoiceStore store, ICurrentObjects stripe) : IStripeEventHandler
{
    public string? SubjectOf(StripeEvent stripeEvent) => InvoiceEvents.SubjectOf(stripeEvent);

    public async Task ApplyAsync(string subject, IReadOnlyList<StripeEvent> events, CancellationToken cancellationToken)
    {
        var expectNew = events.Any(InvoiceEvents.IsFirst);
        foreach (var (last, invoice) in events.Select(stripeEvent => (stripeEvent, InvoiceEvents.Read(stripeEvent))).ToList().Latest(read => read.Item2.LastEvent))
        {
            await store.AdvanceAsync(invoice, expectNew, () => FindCurrentAsync(last, invoice.Id, cancellationToken), cancellationToken);
        }
    }

    private async Task<CustomerInvoice?> FindCurrentAsync(StripeEvent about, string id, CancellationToken cancellationToken) =>
        await stripe.FindInvoiceAsync(id, cancellationToken) is { } current ? InvoiceEvents.Read(about with { Object = current }) : null;
}
