using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Stripe;

/// <summary>Times are whole seconds since 1970, as a number or a string.</summary>
internal sealed class UnixDateTimeConverter : JsonConverter<DateTime>
{
    public override DateTime Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var isNumber = reader.TokenType == JsonTokenType.String
            ? long.TryParse(reader.GetString(), CultureInfo.InvariantCulture, out var seconds)
            : reader.TryGetInt64(out seconds);
        return isNumber && seconds >= 0 ? DateTime.UnixEpoch.AddSeconds(seconds) : throw new JsonException("Not a time in Unix seconds.");
    }

    public override void Write(Utf8JsonWriter writer, DateTime value, JsonSerializerOptions options)
        => writer.WriteNumberValue((long)(value.ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds);
}
