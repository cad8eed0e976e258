using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace BillingFunctions.Local.DurableTask.History;

/// <summary>Steps as lines of JSON; a history is the lines one after the other.</summary>
internal static class HistoryJson
{
    private const byte NewLine = (byte)'\n';

    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,

        // Payloads are JSON inside JSON strings: without this every quote in them takes six bytes.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static byte[] Write(HistoryStep step) => [.. JsonSerializer.SerializeToUtf8Bytes(step, Options), NewLine];

    public static List<HistoryStep> ReadAll(ReadOnlySpan<byte> lines)
    {
        var steps = new List<HistoryStep>();
        while (lines.IndexOf(NewLine) is var end and >= 0)
        {
            steps.Add(JsonSerializer.Deserialize<HistoryStep>(lines[..end], Options)!);
            lines = lines[(end + 1)..];
        }

        return steps;
    }
}
