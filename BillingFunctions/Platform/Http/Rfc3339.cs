using System.Globalization;

namespace BillingFunctions.Platform.Http;

internal static class Rfc3339
{
    /// <summary>What a time may look like, to be shown to whoever wrote something else.</summary>
    public const string Allowed = "an RFC 3339 time with its offset, such as 2026-03-01T00:00:00Z";

    private static readonly string[] Formats =
    [
        "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK",
    ];

    /// <summary>Reads an RFC 3339 time. One without an offset is refused: it would mean another moment on another machine.</summary>
    public static bool TryParse(string text, out DateTimeOffset time)
    {
        time = default;
        var hasOffset = text.EndsWith('Z') || (text.Length > 6 && text[^6] is '+' or '-' && text[^3] == ':');
        return hasOffset && DateTimeOffset.TryParseExact(text, Formats, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out time);
    }
}
