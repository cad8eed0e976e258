using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Invoices;
using BillingFunctions.Simulators.Stripe.Lists;

namespace BillingFunctions.Simulators.Stripe.Refunds;

/// <summary>The refunds of payments of invoices. As at Stripe, an invoice does not show that its payment was refunded.</summary>
public sealed class StripeRefunds
{
    private readonly BillingBooks _books;

    internal StripeRefunds(BillingBooks books) => _books = books;

    internal RecordList<RefundRecord> Records { get; } = new();

    /// <summary>Refunds a part of the payment of a paid invoice.</summary>
    /// <param name="invoiceId">The invoice.</param>
    /// <param name="amount">In minor units.</param>
    /// <returns>The refund.</returns>
    public RefundRecord Refund(string invoiceId, long amount) => Create(InvoicePaymentJson.PaymentIntentOf(_books.InvoiceOf(invoiceId)) ?? "", amount, reason: null, new Dictionary<string, string>());

    internal RefundRecord Create(string paymentIntent, long? amount, string? reason, IReadOnlyDictionary<string, string> metadata)
    {
        lock (_books.Lock)
        {
            var invoice = (_books.Invoices.Where(invoice => InvoicePaymentJson.PaymentIntentOf(invoice) == paymentIntent) is [var only] ? only : null)
                ?? throw new StripeRefusalException(StripeProblem.Missing("payment_intent", paymentIntent, "payment_intent"));
            var left = invoice.Status == "paid" && !invoice.PaidOutOfBand ? invoice.AmountDue - Records.Where(refund => refund.PaymentIntent == paymentIntent).Sum(refund => refund.Amount) : 0;
            var refund = new RefundRecord
            {
                Id = _books.NewId("re_"),
                Created = _books.Now,
                PaymentIntent = paymentIntent,
                Amount = amount ?? left,
                Currency = invoice.Currency,
                Reason = reason,
                Metadata = metadata,
            };
            if (refund.Amount <= 0 || refund.Amount > left)
            {
                throw new StripeRefusalException(StripeProblem.Invalid("amount", $"Refund amount ({refund.Amount}) is greater than what is left of the payment ({left})."));
            }

            Records.Add(refund);
            return refund;
        }
    }
}
