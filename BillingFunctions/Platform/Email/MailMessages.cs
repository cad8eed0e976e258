using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Mail;
using System.Text;
using MimeKit;

namespace BillingFunctions.Platform.Email;

/// <summary>Mails as messages of MIME.</summary>
internal static class MailMessages
{
    private const int MaxSubject = 200;
    private const int MaxName = 100;

    /// <summary>Reads a bare address whose domain can be written in ASCII, as it travels; before the @ it may have letters beyond ASCII.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out MailboxAddress? address)
    {
        address = null;
        return EmailAddress.TryParseInternational(text, out var bare) && HasAsciiForm(bare.Host) && MailboxAddress.TryParse(text, out address);
    }

    /// <param name="from">The sender.</param>
    /// <param name="to">The receiver's address.</param>
    /// <param name="mail">The mail.</param>
    /// <param name="now">The current time.</param>
    /// <returns>A message, to be disposed.</returns>
    public static MimeMessage Create(MailAddress from, MailboxAddress to, Mail mail, DateTimeOffset now)
    {
        var message = new MimeMessage([Named(from.DisplayName, from.Address)], [Named(mail.ToName ?? "", to.Address)], MailText.Header(mail.Subject, MaxSubject), BodyOf(mail))
        {
            MessageId = mail.MessageId,
            Date = now,
        };

        // No holiday notes, please (RFC 3834).
        message.Headers.Add(HeaderId.AutoSubmitted, "auto-generated");
        return message;
    }

    private static MailboxAddress Named(string name, string address) => new(Encoding.UTF8, MailText.HeaderName(name, MaxName), address);

    private static bool HasAsciiForm(string domain)
    {
        try
        {
            return new IdnMapping().GetAscii(domain).Length > 0;
        }
        catch (ArgumentException)
        {
            return false;
        }
    }

    private static MimeEntity BodyOf(Mail mail)
    {
        var text = PartOf("plain", mail.Text);

        // The last one is what readers prefer.
        return mail.Html is null ? text : new MultipartAlternative(text, PartOf("html", mail.Html));
    }

    /// <remarks>In Base64 the text is the same whatever a server offers, and no line of it can be mistaken for one of the protocol.</remarks>
    private static TextPart PartOf(string subtype, string text) => new(subtype) { Text = text, ContentTransferEncoding = ContentEncoding.Base64 };
}

/// <summary>A mail to one receiver.</summary>
/// <param name="MessageId">The <c>Message-ID</c> without brackets; the same for the same mail, so that a receiver can tell a repetition.</param>
/// <param name="To">One bare address, such as <c>ada@example.com</c>.</param>
/// <param name="Subject">One line; line breaks in it become spaces.</param>
/// <param name="Text">The body as plain text.</param>
public sealed record Mail(string MessageId, string To, string Subject, string Text)
{
    /// <summary>The receiver's name, to be shown beside the address; any text, or null.</summary>
    public string? ToName { get; init; }

    /// <summary>The body as a web page, for readers who can show one; null when there is only the text.</summary>
    public string? Html { get; init; }

    /// <summary>Our id of what it is about, such as the customer; for the record of shadow mode. Null for the <c>Message-ID</c>.</summary>
    public string? About { get; init; }

    /// <summary>What it asks for; null when it asks for nothing.</summary>
    public Money? Amount { get; init; }

    /// <summary>The month that it bills, <c>yyyy-MM</c>; null when it bills none.</summary>
    public string? Month { get; init; }
}
