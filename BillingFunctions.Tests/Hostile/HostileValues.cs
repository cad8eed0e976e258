using System.Text;
using System.Text.Json.Nodes;

namespace BillingFunctions.Tests.Hostile;

/// <summary>What an attacker, a broken client or a strange customer sends. The same seed gives the same choices.</summary>
internal sealed class HostileValues(int seed)
{
    private static readonly string[] Texts =
    [
        "", " ", "\0", "\u0001\u001f", "\t\r\n", "\ud800", "\ufeff", "\u202e", "é", "é", "💣", "İ", "ǅ", "ﬃ", "/", "\\", "..", "../../etc/passwd", "a/b", "%", "%00", "%2F", "%zz", "#", "?", "&", "=", "+", "'", "''", "\"", ";",
        "' or 1 eq 1", "PartitionKey ne ''", "<script>alert(1)</script>", "${jndi:ldap://x}", "{{7*7}}", "=cmd|' /C calc'!A0", "@SUM(1)", "null", "undefined", "true", "NaN", "-0", "0", "-1", "1e400", "1e-400", "0x10",
        "9223372036854775807", "9223372036854775808", "-9223372036854775809", "79228162514264337593543950336", "340282366920938463463374607431768211456", "1.5", "1,5", "١٢٣",
        "0000-00", "2026-00", "2026-13", "9999-12", "10000-01", "0001-01", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "0001-01-01T00:00:00+14:00", "2026-02-30T00:00:00Z", "2026-10",
        "cus_", "org_", "inv_", "ii_", "exp_", "tsk_", "act_", "evt_", "sub_", "cus_" + "\uffff", "COM1", "con", ".", "~", "*", "|", "$batch", "__proto__", "constructor",
    ];

    private readonly Random _random = new(seed);

    public int Next(int below) => _random.Next(below);

    public T Pick<T>(IReadOnlyList<T> among) => among[_random.Next(among.Count)];

    /// <summary>A text, short or very long.</summary>
    public string Text() => _random.Next(12) switch
    {
        0 => new string(Pick<char>(['a', '0', '\u00e9', '\'', '%']), Pick([256, 1_025, 10_000, 70_000])),
        1 => Random(Encoding.Latin1),
        2 => Random(Encoding.Unicode),
        _ => Pick(Texts),
    };

    /// <summary>A text that fits into an address.</summary>
    public string ShortText() => Text() is { Length: > 2_000 } text ? text[..2_000] : Text();

    public JsonNode? Json() => _random.Next(14) switch
    {
        0 => null,
        1 => _random.Next(2) == 0,
        2 => Pick([0L, -1, 1, long.MaxValue, long.MinValue, 999_999_999_999]),
        3 => Pick([0.5, -0.0, 1e308, 5e-324, 1e19, 123456789012345680.0]),
        4 => JsonNode.Parse(Pick(["1e400", "-1e400", "123456789012345678901234567890", "0.1000000000000000000000000001", "1E+2"])),
        5 => new JsonArray(),
        6 => new JsonObject(),
        7 => new JsonArray([.. Enumerable.Range(0, Pick([1, 30, 2_000])).Select(_ => (JsonNode?)Pick(Texts))]),
        8 => new JsonObject(Enumerable.Range(0, Pick([1, 60, 500])).Select(number => KeyValuePair.Create($"{Pick(Texts)}{number}", (JsonNode?)number))),
        9 => Deep(Pick([10, 60])),
        _ => Text(),
    };

    /// <summary>Bytes of a body that may not even be JSON.</summary>
    public byte[] Spoil(byte[] body)
    {
        var spoiled = body.ToList();
        switch (_random.Next(8))
        {
            case 0:
                return body[..Next(body.Length + 1)];
            case 1:
                return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("[", Pick([65, 1_000, 100_000]))));
            case 2:
                return Encoding.UTF8.GetBytes(string.Concat(Enumerable.Repeat("{\"a\":", 100_000)));
            case 3:
                return [.. Encoding.UTF8.GetPreamble(), .. body];
            case 4:
                return Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(body));
            case 5:
                return [.. body, .. body];
            default:
                for (var times = 0; times < 3 && spoiled.Count > 0; times++)
                {
                    spoiled[Next(spoiled.Count)] = (byte)Next(256);
                }

                return [.. spoiled];
        }
    }

    private static JsonNode Deep(int depth) => Enumerable.Range(0, depth).Aggregate((JsonNode)new JsonArray(), (inner, level) => level % 2 == 0 ? new JsonArray(inner) : new JsonObject { ["a"] = inner });

    private string Random(Encoding encoding)
    {
        var bytes = new byte[_random.Next(1, 100) * 2];
        _random.NextBytes(bytes);
        return encoding.GetString(bytes);
    }
}
