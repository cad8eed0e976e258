using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Api.Forms;
using BillingFunctions.Simulators.Stripe.Events;

namespace BillingFunctions.Simulators.Stripe.Invoices;

/// <summary>Makes, changes and deletes invoices; all but a few fields can be changed only while they are drafts.</summary>
internal sealed class InvoiceDrafts(BillingBooks books)
{
    public InvoiceRecord Create(ParameterReader form, EventCause cause)
    {
        lock (books.Lock)
        {
            var invoice = InvoiceForm.ReadNew(form, books);
            books.Add(invoice, cause);
            return invoice;
        }
    }

    public InvoiceRecord Update(string id, ParameterReader form, EventCause cause)
    {
        lock (books.Lock)
        {
            var before = books.InvoiceOf(id);
            return books.Update(before, InvoiceForm.Apply(before, form, books.Now), cause);
        }
    }

    /// <param name="edit">Gives the changed draft, or throws so that nothing is done.</param>
    public InvoiceRecord Edit(string id, Func<InvoiceRecord, InvoiceRecord> edit, EventCause cause)
    {
        lock (books.Lock)
        {
            var before = books.InvoiceOf(id);
            return before.Status == "draft"
                ? books.Update(before, edit(before), cause)
                : throw new StripeRefusalException(StripeProblem.NotEditable("This invoice is no longer editable."));
        }
    }

    public void Delete(string id, EventCause cause)
    {
        lock (books.Lock)
        {
            switch (books.InvoiceOf(id))
            {
                case { Subscription: not null }:
                    throw new StripeRefusalException(StripeProblem.NotNow("You can't delete invoices created by subscriptions."));
                case { Status: not "draft" }:
                    throw new StripeRefusalException(StripeProblem.NotEditable("You can only delete draft invoices."));
                case var draft:
                    books.Remove(draft, cause);
                    break;
            }
        }
    }
}
