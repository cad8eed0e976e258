using BillingFunctions.Webhooks;

namespace BillingFunctions.Customers;

/// <summary>Keeps <c>CustomerInvoices</c> as Stripe's events say.</summary>
internal sealed class InvoiceEventHandler(CustomerInvoiceStore store) : IStripeEventHandler
{
    public string? SubjectOf(StripeEvent stripeEvent) => InvoiceEvents.SubjectOf(stripeEvent);

    public Task ApplyAsync(string subject, IReadOnlyList<StripeEvent> events, CancellationToken cancellationToken) =>
        InvoiceEvents.Last(subject, events) is { } invoice
            ? store.AdvanceAsync(invoice, expectNew: events.Any(InvoiceEvents.IsFirst), cancellationToken)
            : Task.CompletedTask;
}
