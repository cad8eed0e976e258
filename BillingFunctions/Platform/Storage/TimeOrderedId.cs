using System.Globalization;

namespace BillingFunctions.Platform.Storage;

/// <summary>Ids that carry the time they were made at, such as <c>exp_0199…</c>: a list sorts by it, and yet one is found by its id alone.</summary>
internal static class TimeOrderedId
{
    /// <summary>A new id, unlike any other.</summary>
    public static string New(string prefix, DateTimeOffset now) => $"{prefix}_{Guid.CreateVersion7(now):N}";

    /// <summary>The row key under which the newest comes first.</summary>
    /// <returns>Null when the text is not an id with that prefix.</returns>
    public static string? RowKeyOf(string prefix, string id)
    {
        if (!id.StartsWith(prefix + "_", StringComparison.Ordinal) || !Guid.TryParseExact(id[(prefix.Length + 1)..], "N", out var guid))
        {
            return null;
        }

        // A version 7 UUID begins with the Unix time in milliseconds, 48 bits.
        var milliseconds = long.Parse(guid.ToString("N").AsSpan(0, 12), NumberStyles.HexNumber, CultureInfo.InvariantCulture);
        return string.Create(CultureInfo.InvariantCulture, $"{0xffff_ffff_ffff - milliseconds:x12}|{id}");
    }
}
