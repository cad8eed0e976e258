using System.Text;
using System.Text.RegularExpressions;

namespace BillingFunctions.Testing.Fakes;

/// <summary>A mail as its reader sees it.</summary>
internal sealed partial record ReceivedMail(IReadOnlyList<(string Name, string Value)> Headers, IReadOnlyDictionary<string, string> Parts)
{
    /// <param name="raw">Headers, an empty line, and parts in Base64, each ended by a line feed.</param>
    public static ReceivedMail Parse(string raw)
    {
        var (headers, body) = Split(raw);
        var boundary = Boundary().Match(TypeOf(headers)).Groups["boundary"].Value;
        var parts = boundary.Length == 0 ? [(headers, body)] : body.Split($"--{boundary}")[1..^1].Select(part => Split(part.TrimStart('\n')));
        return new ReceivedMail(
            headers, parts.ToDictionary(part => TypeOf(part.Item1).Split(';')[0], part => Encoding.UTF8.GetString(Convert.FromBase64String(part.Item2))));
    }

    public string Text => Parts["text/plain"];

    public string Html => Parts["text/html"];

    /// <summary>The one header of this name; fails if it is there more or less than once.</summary>
    public string this[string name] => Headers.Single(header => header.Name.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    /// <summary>A header with its encoded words read.</summary>
    public string Decoded(string name) => EncodedWord().Replace(AdjacentWords().Replace(this[name], "?="), word =>
        Encoding.UTF8.GetString(word.Groups["kind"].Value is "B" or "b" ? Convert.FromBase64String(word.Groups["text"].Value) : QuotedPrintable(word.Groups["text"].Value)));

    private static string TypeOf(IEnumerable<(string Name, string Value)> headers) =>
        headers.Single(header => header.Name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase)).Value;

    private static byte[] QuotedPrintable(string text) =>
        [.. HexOrLetter().Matches(text).Select(letter => letter.Value switch
        {
            ['=', .. var hex] => Convert.FromHexString(hex)[0],
            "_" => (byte)' ',
            var plain => (byte)plain[0],
        })];

    private static (List<(string Name, string Value)> Headers, string Body) Split(string raw)
    {
        var end = raw.IndexOf("\n\n", StringComparison.Ordinal);
        var unfolded = Folding().Replace(raw[..end], " ").Split('\n');
        return ([.. unfolded.Select(line => (line.Split(": ", 2)[0], line.Split(": ", 2)[1]))], raw[(end + 2)..]);
    }

    [GeneratedRegex(@"boundary=""?(?<boundary>[^"";]+)", RegexOptions.None, 1000)]
    private static partial Regex Boundary();

    [GeneratedRegex(@"\n[ \t]+", RegexOptions.None, 1000)]
    private static partial Regex Folding();

    [GeneratedRegex(@"\?=\s+(?==\?)", RegexOptions.None, 1000)]
    private static partial Regex AdjacentWords();

    [GeneratedRegex(@"=\?utf-8\?(?<kind>[BbQq])\?(?<text>[^?]*)\?=", RegexOptions.IgnoreCase, 1000)]
    private static partial Regex EncodedWord();

    [GeneratedRegex(@"=[0-9A-Fa-f]{2}|.", RegexOptions.None, 1000)]
    private static partial Regex HexOrLetter();
}
