using BillingFunctions.Invoicing.Emails;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform.Email;
using BillingFunctions.Platform.Explaining;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Invoicing.Explain;

/// <summary>Tells the life of a monthly invoice and of its mail. A mail is found by the invoice's id or by its <c>Message-ID</c>.</summary>
public sealed class InvoiceExplainer(MonthlyInvoiceStore store, MonthlyInvoiceList list, InvoicePolicy policy, IOptions<EmailOptions> email) : IExplainer
{
    private const string Invoice = "invoice";
    private const string Mail = "mail";

    public IReadOnlyCollection<string> Kinds => [Invoice, Mail];

    public async Task<Life?> FindAsync(ExplainQuery query, CancellationToken cancellationToken) => await FindInvoiceAsync(query, cancellationToken) is { } invoice
        ? query.Kind == Mail ? MailOf(invoice) : InvoiceOf(invoice)
        : null;

    private async Task<MonthlyInvoice?> FindInvoiceAsync(ExplainQuery query, CancellationToken cancellationToken) =>
        InvoiceRef.Parse(query.Id) is { } id ? await store.FindAsync(id.Month, id.CustomerId, cancellationToken)
        : query.Kind == Mail && InvoiceMailId.Parse(query.Id) is { } mail ? await list.ListBucketAsync(mail.Month, mail.Bucket, cancellationToken).FirstOrDefaultAsync(mail.IsOf, cancellationToken)
        : null;

    private Life InvoiceOf(MonthlyInvoice invoice)
    {
        var id = InvoiceRef.Of(invoice);
        return Of(invoice, id, Invoice) with
        {
            Timeline = InvoiceTimeline.Of(invoice, isMailOnly: false),
            Next = InvoiceTimeline.Next(invoice, policy.SendsMails),
            Related = [new("mail", id.ToString()), new("customer", invoice.CustomerId)],
            Jobs = [(InvoiceLookup.Queue, id.ToString()), (InvoiceEmail.Queue, id.ToString())],
        };
    }

    /// <summary>The mail of an invoice that has none yet is one that waits for its amount.</summary>
    private Life MailOf(MonthlyInvoice invoice)
    {
        var id = InvoiceRef.Of(invoice);
        return Of(invoice, id, Mail) with
        {
            Reason = Join(invoice.Reason, email.Value.From is { Length: > 0 } from ? $"Message-ID {InvoiceMailId.Of(invoice, from)}, to {invoice.Email}." : null),
            Timeline = InvoiceTimeline.Of(invoice, isMailOnly: true),
            Next = InvoiceTimeline.Next(invoice, policy.SendsMails),
            Related = [new("invoice", id.ToString()), new("customer", invoice.CustomerId)],
            Jobs = [(InvoiceEmail.Queue, id.ToString())],
        };
    }

    private static Life Of(MonthlyInvoice invoice, InvoiceRef id, string kind) => new(kind, id.ToString(), invoice.Status.ToText())
    {
        Reason = invoice.Reason,
        Names = [id.Month, id.CustomerId, id.ToString()],
        IsAbout = about => about.Values.Contains(id.ToString()) || (about.GetValueOrDefault("month") == id.Month && about.GetValueOrDefault("customerId", id.CustomerId) == id.CustomerId),
    };

    private static string? Join(params IEnumerable<string?> texts) => string.Join(' ', texts.OfType<string>()) is { Length: > 0 } text ? text : null;
}
