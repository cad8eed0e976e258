using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace BillingFunctions.Platform.Storage;

/// <summary>What may be a key in a table, and how rows are spread over partitions.</summary>
internal static class TableKey
{
    private const int MaxLength = 255;

    private const int BucketCount = 256;

    /// <summary>Whether storage can have a row under this id. An id that a caller made up need not be asked for.</summary>
    public static bool IsAllowed(string id) => id.Length is > 0 and <= MaxLength && !id.Any(letter => letter is '/' or '\\' or '#' or '?' || char.IsControl(letter));

    /// <summary>One of 256 partitions, the same for an id on every machine and for ever: <c>00</c> to <c>ff</c>.</summary>
    public static string Bucket(string id) => BucketOf(SHA256.HashData(Encoding.UTF8.GetBytes(id))[0] % BucketCount);

    /// <summary>All of them, in their order.</summary>
    public static IReadOnlyList<string> Buckets { get; } = [.. Enumerable.Range(0, BucketCount).Select(BucketOf)];

    private static string BucketOf(int number) => number.ToString("x2", CultureInfo.InvariantCulture);
}
