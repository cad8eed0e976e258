using System.Diagnostics.CodeAnalysis;
using System.Net.Mail;
using System.Text;

namespace BillingFunctions.Platform.Email;

/// <summary>Whom a mail can be sent to.</summary>
internal static class MailReceiver
{
    private const int MaxAddress = 254;
    private const int MaxName = 100;

    /// <summary>
    /// Reads a bare address. Names, comments, lists, line breaks and letters beyond ASCII before the @ are refused: the first could hide a second receiver,
    /// the last needs a mail server of a kind that is rare.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? address, string? name, [NotNullWhen(true)] out MailAddress? receiver)
    {
        receiver = null;
        var isAddress = address is { Length: <= MaxAddress }
            && !address.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter))
            && MailAddress.TryCreate(address, out receiver)
            && receiver.Address == address
            && Ascii.IsValid(receiver.User)
            && receiver.Host.Length > 0;
        receiver = isAddress ? new MailAddress(address!, MailHeaderText.CleanName(name ?? "", MaxName), Encoding.UTF8) : null;
        return isAddress;
    }
}
