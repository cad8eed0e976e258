namespace BillingFunctions.Connectors.Salesforce;

/// <summary>Ids of records: 15 characters in which case counts, or 18, the last three of which say which of the others are capitals.</summary>
internal static class SalesforceId
{
    private const int Short = 15;
    private const int Part = 5;
    private const string Digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ012345";

    public static bool IsValid(string? text) => text is { Length: Short or Short + 3 } && text.All(char.IsAsciiLetterOrDigit);

    /// <summary>The id in 18 characters, under which everything is stored.</summary>
    public static string Long(string id) => id.Length != Short ? id : id + string.Concat(Enumerable.Range(0, 3).Select(part => CheckOf(id.AsSpan(part * Part, Part))));

    private static char CheckOf(ReadOnlySpan<char> part)
    {
        var bits = 0;
        for (var place = 0; place < Part; place++)
        {
            bits |= char.IsAsciiLetterUpper(part[place]) ? 1 << place : 0;
        }

        return Digits[bits];
    }
}
