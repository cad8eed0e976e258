using BillingFunctions.Invoicing.Emails;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Proving;

namespace BillingFunctions.Invoicing.Proof;

/// <summary>Proves the monthly invoicing: each customer that is billed has an invoice, each invoice its amount, each amount its mail, and each mail its own <c>Message-ID</c>.</summary>
internal sealed class InvoicingProofSource(BilledCustomers customers, MonthlyInvoiceList list) : IProofSource
{
    private const int PageSize = 1_000;

    public async Task<IReadOnlyList<ProofLine>> ProveAsync(BillingMonth month, CancellationToken cancellationToken)
    {
        var lines = new Lines();
        var invoiced = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var invoice in list.ListAsync(month.ToString(), [], after: null, cancellationToken))
        {
            lines.Add(invoice);
            if (invoice.Status != InvoiceStatus.NotBilled)
            {
                invoiced.Add(invoice.CustomerId);
            }
        }

        await foreach (var customer in customers.ListAllAsync(PageSize, cancellationToken).Where(customer => customer.ReasonNotBilled(month) is null))
        {
            lines.AddCustomer(month, customer, invoiced.Remove(customer.Id));
        }

        foreach (var id in invoiced.Order(StringComparer.Ordinal))
        {
            lines.AddUnexpected(month, id);
        }

        return lines.ToLines();
    }

    private sealed class Lines
    {
        private readonly ProofTally _customers = new("customers_invoiced", "Each uploaded customer that is billed for the month has an invoice.", "customers", "invoices");
        private readonly ProofTally _amounts = new("invoices_priced", "Each invoice has its amount, or it is known that nothing is owed.", "invoices", "answers of the amount API");
        private readonly ProofTally _mails = new("amounts_mailed", "Each amount was sent by mail.", "amounts owed", "mails sent");
        private readonly ProofTally _messages = new("message_ids", "Each mail has a Message-ID of its own.", "mails sent", "Message-IDs");
        private readonly HashSet<string> _messageIds = new(StringComparer.Ordinal);

        public void Add(MonthlyInvoice invoice)
        {
            if (invoice.Status == InvoiceStatus.NotBilled)
            {
                return;
            }

            var id = InvoiceRef.Of(invoice).ToString();
            _customers.Find(id);
            _amounts.Expect(id);
            if (invoice.Status is InvoiceStatus.Pending or InvoiceStatus.LookupFailed or InvoiceStatus.NotFound)
            {
                _amounts.Differ(new ProofDifference("invoice", id, $"It is {invoice.Status.ToText()}. {invoice.Reason}".TrimEnd()));
                return;
            }

            _amounts.Find($"{id} {(invoice.Status == InvoiceStatus.NoCharge ? "nothing" : "owed")}", invoice.Amount);
            if (invoice.Status != InvoiceStatus.NoCharge)
            {
                AddMail(invoice, id);
            }
        }

        public void AddCustomer(BillingMonth month, BilledCustomer customer, bool isInvoiced)
        {
            _customers.Expect(new InvoiceRef(month.ToString(), customer.Id).ToString());
            if (!isInvoiced)
            {
                _customers.Differ(new ProofDifference("customer", customer.Id, "It has no invoice for the month."));
            }
        }

        public void AddUnexpected(BillingMonth month, string customerId) =>
            _customers.Differ(new ProofDifference("invoice", new InvoiceRef(month.ToString(), customerId).ToString(), "Its customer is not billed for the month any more."));

        public IReadOnlyList<ProofLine> ToLines() => [_customers.ToLine(), _amounts.ToLine(), _mails.ToLine(), _messages.ToLine()];

        private void AddMail(MonthlyInvoice invoice, string id)
        {
            _mails.Expect(id, invoice.Amount);
            if (invoice.Status != InvoiceStatus.Sent)
            {
                _mails.Differ(new ProofDifference("mail", id, $"It is {invoice.Status.ToText()}. {invoice.Reason}".TrimEnd(), invoice.Amount));
                return;
            }

            _mails.Find(id, invoice.Amount);
            var messageId = InvoiceMailId.LocalPartOf(invoice);
            _messages.Expect(id);
            if (_messageIds.Add(messageId))
            {
                _messages.Find(messageId);
            }
            else
            {
                _messages.Differ(new ProofDifference("mail", id, $"Another mail has the same Message-ID, {messageId}."));
            }
        }
    }
}
