using System.Net.Mail;
using System.Net.Mime;
using System.Text;

namespace BillingFunctions.Platform.Email;

/// <summary>Mails in the framework's terms.</summary>
internal static class MailMessages
{
    private const int MaxSubject = 200;
    private const int MaxName = 100;

    /// <summary>A message whose content notes when it is handed over; to be disposed.</summary>
    public static MailMessage Create(MailAddress from, Mail mail, MailHandover handover)
    {
        var to = new MailAddress(mail.To, MailHeaderText.CleanName(mail.ToName ?? "", MaxName), Encoding.UTF8);
        var message = new MailMessage(from, to) { Subject = MailHeaderText.Clean(mail.Subject, MaxSubject), SubjectEncoding = Encoding.UTF8 };
        message.Headers.Add("Message-ID", $"<{mail.MessageId}>");
        message.AlternateViews.Add(View(mail.Text, MediaTypeNames.Text.Plain, handover));
        if (mail.Html is not null)
        {
            // The last one is what readers prefer.
            message.AlternateViews.Add(View(mail.Html, MediaTypeNames.Text.Html, handover));
        }

        return message;
    }

    /// <remarks>In Base64 no line of the text can be mistaken for one of the protocol.</remarks>
    private static AlternateView View(string body, string mediaType, MailHandover handover) =>
        new(handover.Content(Encoding.UTF8.GetBytes(body)), new ContentType(mediaType) { CharSet = "utf-8" }) { TransferEncoding = TransferEncoding.Base64 };
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
}
