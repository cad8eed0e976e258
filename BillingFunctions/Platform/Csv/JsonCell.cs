using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using BillingFunctions.Platform.Http;

namespace BillingFunctions.Platform.Csv;

/// <summary>JSON in a cell.</summary>
internal static partial class JsonCell
{
    /// <summary>The value as a person reads it: escaped are only quotes, backslashes and control characters.</summary>
    /// <remarks>The framework's encoder, also when relaxed, escapes blanks other than the space, and what lies outside of the basic plane, such as emoji.</remarks>
    public static string Write(JsonElement value) => Escapes().Replace(JsonSerializer.Serialize(value, ApiJson.Options), Unescape);

    private static string Unescape(Match escape) =>
        escape.Groups["unit"] is { Success: true, ValueSpan: var unit } && (char)ushort.Parse(unit, NumberStyles.HexNumber, CultureInfo.InvariantCulture) is var letter && !char.IsControl(letter)
            ? letter.ToString()
            : escape.Value;

    /// <summary>Each escape sequence, so that the second of two backslashes begins none.</summary>
    [GeneratedRegex(@"\\(u(?<unit>[0-9A-F]{4})|.)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Escapes();
}
