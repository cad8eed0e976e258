using System.Text;
using System.Text.RegularExpressions;
using BillingFunctions.Simulators.Salesforce.Api;

namespace BillingFunctions.Simulators.Salesforce.Queries;

internal enum SoqlTokenKind
{
    Word = 0,
    Text = 1,
    Number = 2,
    Time = 3,
    Symbol = 4,
    End = 5,
}

/// <summary>A piece of a query.</summary>
/// <param name="Text">The piece itself; of a quoted text what stands between the quotes, without escapes.</param>
/// <param name="Position">Where it begins, from 0.</param>
internal readonly partial record struct SoqlToken(SoqlTokenKind Kind, string Text, int Position)
{
    /// <exception cref="SalesforceRefusalException">A piece is none of those that SOQL has.</exception>
    public static List<SoqlToken> Split(string query)
    {
        var tokens = new List<SoqlToken>();
        for (var position = 0; position < query.Length;)
        {
            var match = Pattern().Match(query, position);
            if (!match.Success)
            {
                throw SoqlProblem.Malformed(query, position, $"unexpected token: '{query[position]}'");
            }

            if (KindOf(match) is { } kind)
            {
                tokens.Add(new SoqlToken(kind, kind == SoqlTokenKind.Text ? Unescape(query, match) : match.Value, position));
            }

            position += match.Length;
        }

        tokens.Add(new SoqlToken(SoqlTokenKind.End, "<EOF>", query.Length));
        return tokens;
    }

    /// <summary>Whether it is this keyword or symbol, whatever the case.</summary>
    public bool Is(string text) => Kind is SoqlTokenKind.Word or SoqlTokenKind.Symbol && string.Equals(Text, text, StringComparison.OrdinalIgnoreCase);

    private static SoqlTokenKind? KindOf(Match match)
        => Enum.GetValues<SoqlTokenKind>().Select(kind => (SoqlTokenKind?)kind).FirstOrDefault(kind => match.Groups[$"{kind}"].Success);

    private static string Unescape(string query, Match match)
    {
        var text = new StringBuilder(match.Length);
        var inner = match.Value[1..^1];
        for (var i = 0; i < inner.Length; i++)
        {
            text.Append(inner[i] != '\\' ? inner[i] : inner[++i] switch
            {
                'n' or 'N' => '\n',
                'r' or 'R' => '\r',
                't' or 'T' => '\t',
                'b' or 'B' => '\b',
                'f' or 'F' => '\f',
                '\'' or '"' or '\\' => inner[i],
                _ => throw SoqlProblem.Malformed(query, match.Index + i, $"Illegal string literal. Invalid escape sequence: \\{inner[i]}"),
            });
        }

        return text.ToString();
    }

    [GeneratedRegex(
        """\G(?:\s+|(?<Word>[A-Za-z_][A-Za-z0-9_.]*)|'(?<Text>(?:[^'\\]|\\.)*)'|(?<Time>\d{4}-\d\d-\d\d(?:T[0-9:.]+(?:Z|[+-]\d\d:?\d\d))?)|(?<Number>[+-]?\d+(?:\.\d+)?)|(?<Symbol><=|>=|!=|<>|[=<>(),]))""",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Pattern();
}
