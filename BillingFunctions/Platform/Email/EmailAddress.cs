using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Mail;
using System.Text;

namespace BillingFunctions.Platform.Email;

/// <summary>The addresses that the app takes and sends mail to: the one rule for uploads, requests and settings.</summary>
internal static class EmailAddress
{
    /// <summary>What SMTP can carry, in characters.</summary>
    public const int MaxLength = 254;

    private const int MaxLocalPart = 64;

    /// <summary>
    /// Reads a bare address at a host of the internet. Names, comments, quotes, lists, line breaks and invisible characters are refused, because they could hide
    /// another receiver; letters beyond ASCII before the @, because they need a mail server of a kind that is rare.
    /// </summary>
    /// <param name="text">The address as somebody wrote it.</param>
    /// <param name="address">The address, its host as DNS knows it (<see cref="HostName"/>): the form that is kept and sent to.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out MailAddress? address) =>
        TryParseInternational(text, out address) && Ascii.IsValid(address.User);

    /// <summary>As <see cref="TryParse"/>, but with letters beyond ASCII before the @ allowed: a mail server that offers SMTPUTF8 takes such mail.</summary>
    public static bool TryParseInternational([NotNullWhen(true)] string? text, [NotNullWhen(true)] out MailAddress? address)
    {
        address = null;
        return text is { Length: <= MaxLength }
            && !text.Any(IsHiding)
            && MailAddress.TryCreate(text, out var read)
            && read.Address == text.Normalize()
            && IsLocalPart(read.User)
            && HostName.Normalise(read.Host) is { } host
            && read.User.Length + 1 + host.Length <= MaxLength
            && MailAddress.TryCreate($"{read.User}@{host}", out address);
    }

    /// <summary>The address as it is kept; null when the text is none.</summary>
    public static string? Normalise(string? text) => TryParse(text, out var address) ? address.Address : null;

    private static bool IsHiding(char letter) =>
        char.IsControl(letter) || char.IsWhiteSpace(letter) || char.GetUnicodeCategory(letter) == UnicodeCategory.Format || letter is '"' or '(' or ')' or '[' or ']' or '\\';

    /// <summary>An apostrophe around an address is a quote, and before it the mark with which spreadsheets keep text.</summary>
    private static bool IsLocalPart(string text) => text.Length <= MaxLocalPart
        && text is [not ('.' or '\''), ..] and [.., not ('.' or '\'')]
        && !text.Contains("..", StringComparison.Ordinal);
}
