using System.Globalization;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Email;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.CustomerUploads.Rows;

/// <summary>What a cell of a column may be.</summary>
/// <param name="Read">Gives the value as it is kept; null when it is not allowed. Never called for an empty cell.</param>
/// <param name="Allowed">What is allowed, for whoever wrote something else.</param>
internal sealed record ColumnRule(Func<string, string?> Read, string Allowed)
{
    private const int MaxText = 500;
    private const int MaxPhone = 50;
    private const int MaxTimeZone = 64;

    public static ColumnRule Id { get; } = Key(
        text => TableKey.IsValid(text) && !text.Any(char.IsControl) && text is not ("." or ".."),
        "The value must have 1 to 255 characters, without control characters.");

    public static ColumnRule Name { get; } = new(text => IsText(text, MaxText) ? text : null, $"The value must have at most {MaxText} characters, without control characters.");

    public static ColumnRule Email { get; } = new(EmailAddress.Normalise, "The value must be one address such as ann@example.com, without a name.");

    public static ColumnRule Phone { get; } = new(text => IsText(text, MaxPhone) ? text : null, $"The value must have at most {MaxPhone} characters, without control characters.");

    public static ColumnRule Currency { get; } = new(
        text => Currencies.IsKnown(text.ToLowerInvariant()) ? text.ToLowerInvariant() : null, "The value must be a code of ISO 4217, such as usd or eur.");

    public static ColumnRule TimeZone { get; } = new(ReadTimeZone, "The value must be an IANA time zone, such as Europe/Berlin.");

    public static ColumnRule StripeCustomerId { get; } = Key(
        Platform.Stripe.StripeCustomerId.IsPossible,
        $"The value must be {Platform.Stripe.StripeCustomerId.Allowed}.");

    public static ColumnRule FirstBillingMonth { get; } = new(
        text => DateOnly.TryParseExact(text, "yyyy-MM", CultureInfo.InvariantCulture, DateTimeStyles.None, out _) ? text : null,
        "The value must be a month, such as 2026-03.");

    public static ColumnRule Metadata { get; } = new(
        text => IsText(text, MaxText) ? text : null, $"The value must have at most {MaxText} characters, without control characters other than line breaks and tabs.");

    /// <summary>What is wrong with a value that is not allowed, if there is more to say than what is allowed; else null.</summary>
    public Func<string, string?> DoubtAbout { get; private init; } = _ => null;

    private static ColumnRule Key(Func<string, bool> isAllowed, string allowed) => new(
        cell => SpreadsheetKey.Unwrap(cell) is var key && SpreadsheetKey.DoubtAbout(key) is null && isAllowed(key) ? key : null, allowed)
    {
        DoubtAbout = cell => SpreadsheetKey.DoubtAbout(SpreadsheetKey.Unwrap(cell)),
    };

    private static bool IsText(string text, int length) =>
        text.Length <= length && !text.Any(letter => char.IsControl(letter) && letter is not ('\r' or '\n' or '\t'));

    private static string? ReadTimeZone(string text) =>
        text.Length <= MaxTimeZone
        && text.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '/' or '_' or '-' or '+')
        && TimeZoneInfo.TryFindSystemTimeZoneById(text, out var zone)
        && zone.HasIanaId

        // Whether another spelling is found depends on what this process has looked up before.
        && zone.Id == text
            ? zone.Id
            : null;
}
