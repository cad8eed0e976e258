using System.Globalization;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Email;

namespace BillingFunctions.Invoicing.Emails;

/// <summary>The mail that tells a customer what is due. The same invoice always gives the same mail, <c>Message-ID</c> included.</summary>
internal static class InvoiceMail
{
    private const int MaxText = 300;

    /// <summary>Why no mail can be sent for this invoice; null when one can be.</summary>
    public static string? ObstacleOf(MonthlyInvoice invoice) =>
        invoice.Email.Length == 0 ? "The customer has no e-mail address."
        : !EmailAddress.TryParseInternational(invoice.Email, out _) ? "The customer's e-mail address is not one that mail can be sent to."
        : invoice.Amount is not { Amount: > 0 } ? "There is no amount to ask for."
        : null;

    /// <param name="invoice">An invoice without an obstacle.</param>
    /// <param name="from">The sender's address, <c>Email__From</c>.</param>
    public static Mail Compose(MonthlyInvoice invoice, string from)
    {
        var month = BillingMonth.Parse(invoice.Month).Start.ToString("MMMM yyyy", CultureInfo.InvariantCulture);
        var values = new InvoiceMailValues(
            MailText.BodyLine(invoice.Name, MaxText), month, $"{invoice.Amount}", $"{invoice.Month}-{MailText.BodyLine(invoice.CustomerId, MaxText)}");
        return new Mail(InvoiceMailId.Of(invoice, from), invoice.Email, $"Invoice for {month}", InvoiceMailTemplates.Text(values))
        {
            ToName = invoice.Name,
            Html = InvoiceMailTemplates.Html(values),
            About = invoice.CustomerId,
            Amount = invoice.Amount,
            Month = invoice.Month,
        };
    }
}
