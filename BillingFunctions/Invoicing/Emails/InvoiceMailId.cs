using System.Globalization;
using System.Net.Mail;
using System.Security.Cryptography;
using System.Text;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform;

namespace BillingFunctions.Invoicing.Emails;

/// <summary>The <c>Message-ID</c> of an invoice's mail: <c>yyyy-MM.digest@domain</c>. A digest stands for the customer's id, which may have characters that a <c>Message-ID</c> must not have.</summary>
/// <param name="Month"><c>yyyy-MM</c>.</param>
/// <param name="Digest">The first half of the SHA-256 of the customer's id, 32 hex digits.</param>
internal readonly record struct InvoiceMailId(string Month, string Digest)
{
    private const int MonthLength = 7;
    private const int DigestLength = 32;

    /// <summary>Where the invoice of the mail is: the bucket of its customer.</summary>
    public string Bucket => Digest[..2];

    /// <param name="invoice">The invoice.</param>
    /// <param name="from">The sender's address, <c>Email__From</c>.</param>
    public static string Of(MonthlyInvoice invoice, string from) => $"{LocalPartOf(invoice)}@{new IdnMapping().GetAscii(new MailAddress(from).Host)}";

    /// <summary>What is before the <c>@</c>.</summary>
    public static string LocalPartOf(MonthlyInvoice invoice) => $"{invoice.Month}.{DigestOf(invoice.CustomerId)}";

    /// <param name="text">A <c>Message-ID</c>, with or without its angle brackets.</param>
    /// <returns>Null when it is none of ours.</returns>
    public static InvoiceMailId? Parse(string text) =>
        text.Trim('<', '>').Split('@')[0] is { Length: MonthLength + 1 + DigestLength } id && id[MonthLength] == '.' && BillingMonth.TryParse(id[..MonthLength], out _)
        && id[(MonthLength + 1)..].All(char.IsAsciiHexDigitLower)
            ? new InvoiceMailId(id[..MonthLength], id[(MonthLength + 1)..])
            : null;

    /// <summary>Whether it is the id of this invoice's mail.</summary>
    public bool IsOf(MonthlyInvoice invoice) => DigestOf(invoice.CustomerId) == Digest;

    private static string DigestOf(string customerId) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(customerId)).AsSpan(0, DigestLength / 2));
}
