using BillingFunctions.Customers.Invoices;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Proving;
using BillingFunctions.Platform.Stripe;
using Polly;
using Stripe;

namespace BillingFunctions.Customers.Proof;

/// <summary>
/// Proves the catalogue of invoices against Stripe's own list: what was paid on subscriptions and on other invoices made in the month; and names what was taken back by hand,
/// by a refund or a credit note that is none of ours: of an invoice of the month whenever that was, and of whatever invoice in the month.
/// </summary>
internal sealed class StripeProofSource(CustomerInvoiceStore catalogue, StripeClients clients, TimeProvider time) : IProofSource
{
    private const int PageSize = 100;
    private const string Paid = "paid";

    private readonly ResiliencePipeline _patiently = StripePatience.Create(time);

    private StripeClient Stripe => clients.For(StripeLane.Export);

    public async Task<IReadOnlyList<ProofLine>> ProveAsync(BillingMonth month, CancellationToken cancellationToken)
    {
        var lines = new Lines(month);
        await foreach (var invoice in catalogue.ListCreatedAsync(month.Start, month.End, cancellationToken).Where(invoice => invoice is { Deleted: false, Status: Paid }))
        {
            lines.Expect(invoice);
        }

        var invoices = await TryAsync(async () =>
        {
            await foreach (var invoice in ListInvoicesAsync(month, cancellationToken))
            {
                lines.Find(invoice);
            }

            lines.CompareInvoices();
        }, cancellationToken);
        var refunds = await TryAsync(async () =>
        {
            await foreach (var note in ListCreditNotesAsync(month, cancellationToken).Where(note => lines.IsOfMonth(note)))
            {
                lines.AddCreditNote(note);
            }

            await foreach (var refund in ListRefundsAsync(month, cancellationToken).Where(refund => lines.IsOfMonth(refund)))
            {
                lines.AddRefund(refund);
            }
        }, cancellationToken);
        return lines.ToLines(invoices, refunds);
    }

    /// <returns>Why Stripe could not be read; null when it was.</returns>
    private static async Task<string?> TryAsync(Func<Task> read, CancellationToken cancellationToken)
    {
        try
        {
            await read();
            return null;
        }
        catch (SettingMissingException off)
        {
            return off.Message;
        }
        catch (Exception exception) when (StripeFailure.From(exception, cancellationToken) is { } failure)
        {
            return failure.Reason;
        }
    }

    /// <summary>What takes something back of an invoice is made after it, and perhaps after the month.</summary>
    private static DateRangeOptions CreatedSince(BillingMonth month) => new() { GreaterThanOrEqual = month.Start.UtcDateTime };

    private IAsyncEnumerable<Invoice> ListInvoicesAsync(BillingMonth month, CancellationToken cancellationToken) => StripeLists.AllAsync(
        new InvoiceListOptions { Created = new DateRangeOptions { GreaterThanOrEqual = month.Start.UtcDateTime, LessThan = month.End.UtcDateTime }, Status = Paid, Limit = PageSize, Expand = ["data.payments"] },
        options => WaitAsync(token => Stripe.V1.Invoices.ListAsync(options, cancellationToken: token), cancellationToken),
        cancellationToken);

    private IAsyncEnumerable<CreditNote> ListCreditNotesAsync(BillingMonth month, CancellationToken cancellationToken) => StripeLists.AllAsync(
        new CreditNoteListOptions { Created = CreatedSince(month), Limit = PageSize },
        options => WaitAsync(token => Stripe.V1.CreditNotes.ListAsync(options, cancellationToken: token), cancellationToken),
        cancellationToken);

    private IAsyncEnumerable<Refund> ListRefundsAsync(BillingMonth month, CancellationToken cancellationToken) => StripeLists.AllAsync(
        new RefundListOptions { Created = CreatedSince(month), Limit = PageSize },
        options => WaitAsync(token => Stripe.V1.Refunds.ListAsync(options, cancellationToken: token), cancellationToken),
        cancellationToken);

    private async Task<T> WaitAsync<T>(Func<CancellationToken, Task<T>> call, CancellationToken cancellationToken) =>
        await _patiently.ExecuteAsync(async token => await call(token), cancellationToken);

    private sealed class Lines(BillingMonth month)
    {
        private readonly ProofTally _subscriptions = new("subscriptions_paid", "What Stripe says was paid on subscriptions is what the catalogue says.", "paid invoices here", "paid invoices at Stripe");
        private readonly ProofTally _others = new("other_invoices_paid", "What Stripe says was paid on other invoices is what the catalogue says.", "paid invoices here", "paid invoices at Stripe");
        private readonly ProofTally _refunds = new("refunds", "Nothing was taken back but by this app.", "credit notes of this app", "credit notes and refunds at Stripe");
        private readonly Dictionary<string, CustomerInvoice> _expected = new(StringComparer.Ordinal);
        private readonly Dictionary<string, Invoice> _found = new(StringComparer.Ordinal);
        private readonly HashSet<string> _payments = new(StringComparer.Ordinal);
        private readonly HashSet<string> _notedRefunds = new(StringComparer.Ordinal);

        public bool IsOfMonth(CreditNote note) => _found.ContainsKey(note.InvoiceId ?? "") || IsInMonth(note.Created);

        public bool IsOfMonth(Refund refund) => _payments.Contains(refund.PaymentIntentId ?? "") || _payments.Contains(refund.ChargeId ?? "") || IsInMonth(refund.Created);

        public void Expect(CustomerInvoice invoice)
        {
            _expected[invoice.Id] = invoice;
            TallyOf(invoice.SubscriptionId).Expect(invoice.Id, invoice.AmountPaid);
        }

        public void Find(Invoice invoice)
        {
            _found[invoice.Id] = invoice;
            _payments.UnionWith((invoice.Payments?.Data ?? []).SelectMany(payment => new[] { payment.Payment?.PaymentIntentId, payment.Payment?.ChargeId }).OfType<string>());
            TallyOf(SubscriptionOf(invoice)).Find(invoice.Id, PaidOn(invoice));
        }

        public void CompareInvoices()
        {
            foreach (var (id, invoice) in _expected.OrderBy(one => one.Key, StringComparer.Ordinal))
            {
                if (!_found.TryGetValue(id, out var there))
                {
                    Differ(invoice.SubscriptionId, id, $"It is paid here, of customer {invoice.CustomerId}, and Stripe does not list it as paid.", invoice.AmountPaid);
                }
                else if (PaidOn(there) is var paid && paid != invoice.AmountPaid)
                {
                    Differ(invoice.SubscriptionId, id, $"{invoice.AmountPaid} are paid here, and {paid} at Stripe.", new Money(paid.Amount - invoice.AmountPaid.Amount, paid.Currency));
                }
            }

            foreach (var invoice in _found.Values.Where(invoice => !_expected.ContainsKey(invoice.Id)).OrderBy(invoice => invoice.Id, StringComparer.Ordinal))
            {
                Differ(SubscriptionOf(invoice), invoice.Id, $"Stripe lists it as paid, of customer {invoice.CustomerId}, and it is not paid here.", PaidOn(invoice));
            }
        }

        /// <summary>One that has the key of an item is ours.</summary>
        public void AddCreditNote(CreditNote note)
        {
            var amount = new Money(note.Amount, note.Currency);
            _refunds.Find(note.Id, amount);
            _notedRefunds.UnionWith((note.Refunds ?? []).Select(refund => refund.RefundId));
            if (note.Metadata?.ContainsKey(StripeMetadata.UsageItem) == true)
            {
                _refunds.Expect(note.Id, amount);
            }
            else if (note.Status != "void")
            {
                _refunds.Differ(new ProofDifference("credit_note", note.Id, $"It credits invoice {note.InvoiceId}, and is none of this app.", amount));
            }
        }

        /// <summary>One that a credit note has made is named with the note.</summary>
        public void AddRefund(Refund refund)
        {
            if (refund.Status is "failed" or "canceled" || _notedRefunds.Contains(refund.Id))
            {
                return;
            }

            var amount = new Money(refund.Amount, refund.Currency);
            _refunds.Find(refund.Id, amount);
            _refunds.Differ(new ProofDifference("refund", refund.Id, $"It was refunded by hand, of {refund.ChargeId ?? refund.PaymentIntentId}.", amount));
        }

        public IReadOnlyList<ProofLine> ToLines(string? invoicesError, string? refundsError) =>
            [_subscriptions.ToLine(invoicesError), _others.ToLine(invoicesError), _refunds.ToLine(refundsError)];

        private bool IsInMonth(DateTime created) => created >= month.Start.UtcDateTime && created < month.End.UtcDateTime;

        private static Money PaidOn(Invoice invoice) => new(invoice.AmountPaid, invoice.Currency);

        private static string? SubscriptionOf(Invoice invoice) => invoice.Parent?.SubscriptionDetails?.SubscriptionId;

        private ProofTally TallyOf(string? subscriptionId) => subscriptionId is null ? _others : _subscriptions;

        private void Differ(string? subscriptionId, string id, string what, Money amount) => TallyOf(subscriptionId).Differ(new ProofDifference("stripe_invoice", id, what, amount));
    }
}
