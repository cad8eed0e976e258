using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace BillingFunctions.Platform.Storage;

/// <summary>What may be a key in a table, and how rows are spread over partitions.</summary>
internal static class TableKey
{
    private const int MaxLength = 255;

    private const int BucketCount = 256;

    private const int SmallBucketCount = 4;

    /// <summary>The first of 256 private characters that stand for those of the same low byte which storage refuses in a key.</summary>
    private const char Substitute = '\uE000';

    /// <summary>Put before a letter that is such a private character itself.</summary>
    private const char Literal = '\uE100';

    /// <summary>Whether a text may be an id. Ids are opaque: those of old Stripe accounts are whatever their makers wanted, such as e-mail addresses.</summary>
    public static bool IsValid([NotNullWhen(true)] string? id) => id is { Length: > 0 and <= MaxLength };

    /// <summary>
    /// The key of an id: the id itself, but for the characters that storage refuses in keys. Each of those becomes one private character, so that a key is at most
    /// 510 characters long, of the 512 that storage takes, and no two ids have one key.
    /// </summary>
    public static string From(string id) => id.Any(letter => IsRefused(letter) || IsPrivate(letter)) ? string.Concat(id.Select(Written)) : id;

    /// <summary>The id of a key that <see cref="From"/> made.</summary>
    public static string ToId(string key)
    {
        if (!key.Any(IsPrivate))
        {
            return key;
        }

        var id = new StringBuilder(key.Length);
        for (var index = 0; index < key.Length; index++)
        {
            id.Append(key[index] == Literal ? key[++index] : IsPrivate(key[index]) ? (char)(key[index] - Substitute) : key[index]);
        }

        return id.ToString();
    }

    /// <summary>One of 256 partitions, the same for an id on every machine and for ever: <c>00</c> to <c>ff</c>.</summary>
    public static string Bucket(string id) => BucketOf(SHA256.HashData(Encoding.UTF8.GetBytes(id))[0] % BucketCount);

    /// <summary>
    /// One of four partitions, the same for an id on every machine and for ever: <c>0</c> to <c>3</c>. For tables that events write to, a few rows at a time: in more partitions those rows
    /// would seldom share a transaction, and four take 8,000 rows a second.
    /// </summary>
    public static string SmallBucket(string id) => (SHA256.HashData(Encoding.UTF8.GetBytes(id))[0] % SmallBucketCount).ToString(CultureInfo.InvariantCulture);

    /// <summary>All of the 256, in their order.</summary>
    public static IReadOnlyList<string> Buckets { get; } = [.. Enumerable.Range(0, BucketCount).Select(BucketOf)];

    private static string Written(char letter) =>
        IsRefused(letter) ? ((char)(Substitute + letter)).ToString() : IsPrivate(letter) ? $"{Literal}{letter}" : letter.ToString();

    private static bool IsRefused(char letter) => letter is '/' or '\\' or '#' or '?' || char.IsControl(letter);

    private static bool IsPrivate(char letter) => letter is >= Substitute and <= Literal;

    private static string BucketOf(int number) => number.ToString("x2", CultureInfo.InvariantCulture);
}

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
