using System.Text.Json;
using Azure.Core.Serialization;

namespace BillingFunctions.Local.Functions.Queues;

/// <summary>The messages that a value becomes.</summary>
internal static class OutputMessages
{
    /// <summary>
    /// Bytes and text are one message, anything else is JSON; a JSON array, even one that was given as text, is a message an element.
    /// </summary>
    public static IEnumerable<BinaryData> Of(object value, ObjectSerializer serializer) => value switch
    {
        BinaryData bytes => [bytes],
        byte[] bytes => [BinaryData.FromBytes(bytes)],
        string text => IsArray(text) ? Elements(BinaryData.FromString(text)) : [BinaryData.FromString(text)],
        _ => Elements(serializer.Serialize(value, value.GetType())),
    };

    private static IEnumerable<BinaryData> Elements(BinaryData json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.ValueKind is JsonValueKind.Array
            ? [.. document.RootElement.EnumerateArray().Where(element => element.ValueKind is not JsonValueKind.Null).Select(Message)]
            : [Message(document.RootElement)];
    }

    private static BinaryData Message(JsonElement element) => BinaryData.FromString(element.ToString());

    private static bool IsArray(string text)
    {
        if (text.AsSpan().Trim() is not ['[', .., ']'])
        {
            return false;
        }

        try
        {
            using var document = JsonDocument.Parse(text);
            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
