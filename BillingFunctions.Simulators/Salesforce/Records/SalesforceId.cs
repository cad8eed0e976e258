namespace BillingFunctions.Simulators.Salesforce.Records;

/// <summary>The ids of Salesforce: 15 characters whose case counts, and 3 that repeat the case so that it need not count.</summary>
public static class SalesforceId
{
    private const int ShortLength = 15;
    private const int LongLength = 18;
    private const int PrefixLength = 3;
    private const string Instance = "5g";
    private const string SuffixDigits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

    /// <summary>The 18 characters of an id that was given with 15 or 18; null when it cannot be an id.</summary>
    public static string? Normalize(string id)
    {
        if (id.Length is not (ShortLength or LongLength) || !id.All(char.IsAsciiLetterOrDigit))
        {
            return null;
        }

        var whole = WithSuffix(id[..ShortLength]);
        return id.Length == ShortLength || whole == id ? whole : null;
    }

    /// <summary>The id with 18 characters of a numbered thing.</summary>
    /// <param name="keyPrefix">Three characters that say what it is.</param>
    internal static string Of(string keyPrefix, long number) => WithSuffix(string.Create(ShortLength, (keyPrefix, number), static (id, state) =>
    {
        state.keyPrefix.CopyTo(id);
        Instance.CopyTo(id[PrefixLength..]);
        Base62.Write(id[(PrefixLength + Instance.Length)..], (ulong)state.number);
    }));

    // Each character of the suffix stands for five characters, one bit for each capital letter, the first one the lowest
    private static string WithSuffix(string id)
    {
        var suffix = id.Chunk(5).Select(chunk => chunk.Index().Sum(place => char.IsAsciiLetterUpper(place.Item) ? 1 << place.Index : 0));
        return id + string.Concat(suffix.Select(bits => SuffixDigits[bits]));
    }
}
