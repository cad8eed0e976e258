using System.Diagnostics.CodeAnalysis;
using System.Net.Mail;
using System.Text;

namespace BillingFunctions.Platform.Email;

/// <summary>The addresses that the app takes and sends mail to.</summary>
internal static class EmailAddress
{
    private const int MaxLength = 254;

    /// <summary>
    /// Reads a bare address. Names, comments, quotes, lists and line breaks are refused, because they could hide a second receiver; letters beyond ASCII before the @,
    /// because they need a mail server of a kind that is rare.
    /// </summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out MailAddress? address) =>
        TryParseInternational(text, out address) && Ascii.IsValid(address.User);

    /// <summary>As <see cref="TryParse"/>, but with letters beyond ASCII before the @ allowed: a mail server that offers SMTPUTF8 takes such mail.</summary>
    public static bool TryParseInternational([NotNullWhen(true)] string? text, [NotNullWhen(true)] out MailAddress? address)
    {
        address = null;
        return text is { Length: <= MaxLength }
            && !text.Any(letter => char.IsControl(letter) || char.IsWhiteSpace(letter) || letter is '"' or '(' or ')' or '[' or ']' or '\\')
            && MailAddress.TryCreate(text, out address)
            && address.Address == text
            && !address.User.EndsWith('.')
            && address.Host.Split('.').All(label => label.Length is > 0 and <= 63 && !label.StartsWith('-') && !label.EndsWith('-'));
    }

    /// <summary>Whether it is a bare address at a domain of the internet, which has a dot.</summary>
    public static bool IsPublic(string? text) => TryParse(text, out var address) && address.Host.Contains('.');
}
