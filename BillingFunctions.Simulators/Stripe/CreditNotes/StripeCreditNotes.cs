using System.Globalization;
using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Events;
using BillingFunctions.Simulators.Stripe.Invoices;
using BillingFunctions.Simulators.Stripe.Lists;

namespace BillingFunctions.Simulators.Stripe.CreditNotes;

/// <summary>The credit notes. One first takes off what is due of its invoice; the rest goes back to the customer.</summary>
public sealed class StripeCreditNotes
{
    private readonly BillingBooks _books;
    private readonly InvoiceLifecycle _lifecycle;

    internal StripeCreditNotes(BillingBooks books, InvoiceLifecycle lifecycle) => (_books, _lifecycle) = (books, lifecycle);

    /// <summary>All credit notes in the order they were made.</summary>
    public IReadOnlyList<CreditNoteRecord> All => Records.All;

    internal RecordList<CreditNoteRecord> Records { get; } = new();

    internal CreditNoteRecord Get(string id)
        => Records.Find(id) ?? throw new StripeRefusalException(StripeProblem.Missing("credit note", id));

    /// <param name="wanted">As it was read, without an id.</param>
    internal CreditNoteRecord Create(CreditNoteRecord wanted, EventCause cause)
    {
        lock (_books.Lock)
        {
            var invoice = _books.Invoices.Find(wanted.Invoice)
                ?? throw new StripeRefusalException(StripeProblem.Missing("invoice", wanted.Invoice, "invoice"));
            var note = wanted with
            {
                Id = _books.NewId("cn_"),
                Created = _books.Now,
                Customer = invoice.Customer,
                Currency = invoice.Currency,
                Number = NumberOf(invoice),
                PrePaymentAmount = invoice.Status == "open" ? Math.Min(wanted.Amount, invoice.AmountDue) : 0,
            };
            Check(note, invoice);
            Records.Add(note);
            _books.Tell("credit_note.created", SubjectOf(note), cause);
            _lifecycle.Credit(invoice, note.PrePaymentAmount, note.PostPaymentAmount, cause);
            _books.AddToBalance(note.Customer, -note.CreditAmount, cause);
            return note;
        }
    }

    private static void Check(CreditNoteRecord note, InvoiceRecord invoice)
    {
        if (invoice.Status is not ("open" or "paid"))
        {
            throw Refusal("invoice", $"Credit notes can only be made for open or paid invoices; this one has the status {invoice.Status}.");
        }

        var left = invoice.Total - invoice.PrePaymentCredit - invoice.PostPaymentCredit;
        if (note.Amount <= 0 || note.Amount > left)
        {
            throw Refusal("lines", $"The credit note's amount ({note.Amount}) must be above 0 and at most what is left to credit ({left}).");
        }

        if (note.CreditAmount + note.RefundAmount + note.OutOfBandAmount != note.PostPaymentAmount)
        {
            throw Refusal(
                "credit_amount",
                "The sum of `credit_amount`, `refund_amount` and `out_of_band_amount` must equal the post payment amount "
                + $"({note.PostPaymentAmount}).");
        }

        if (note.RefundAmount > 0 && invoice.PaidOutOfBand)
        {
            throw Refusal("refund_amount", "An invoice that was paid outside of Stripe cannot be refunded by it.");
        }
    }

    private string NumberOf(InvoiceRecord invoice)
    {
        var count = Records.Where(note => note.Invoice == invoice.Id).Count + 1;
        return string.Create(CultureInfo.InvariantCulture, $"{invoice.Number}-CN-{count:D2}");
    }

    private static StripeRefusalException Refusal(string param, string message) => new(StripeProblem.Invalid(param, message));

    private static EventSubject SubjectOf(CreditNoteRecord note) => new(note.Id, (_, livemode) => CreditNoteJson.Of(note, livemode));
}
