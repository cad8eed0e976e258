using System.Text.Json;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Platform.Http;

/// <summary>A body that is not the JSON that was asked for.</summary>
internal sealed class InvalidJsonException(string field, string message) : Exception(message)
{
    public string Field { get; } = field;
}

internal static class JsonBody
{
    /// <summary>As the reader has it.</summary>
    private const int MaxDepth = 64;

    private const int MaxName = 100;

    /// <summary>Reads the body as <typeparamref name="T"/>.</summary>
    /// <exception cref="InvalidJsonException">It is not JSON, or a field is unknown or of another type; says which.</exception>
    public static T Read<T>(ReadOnlySpan<byte> body)
    {
        EnsureJson(body);
        try
        {
            return JsonSerializer.Deserialize<T>(body, ApiJson.Options) ?? throw new InvalidJsonException("body", "The body must be a JSON object.");
        }
        catch (JsonException exception)
        {
            throw Explain<T>(exception);
        }
    }

    /// <summary>The raw body, at most <paramref name="limit"/> bytes.</summary>
    /// <exception cref="BadHttpRequestException">413: it is larger.</exception>
    public static async Task<byte[]> ReadBytesAsync(HttpRequest request, int limit, CancellationToken cancellationToken)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        int read;
        while ((read = await request.Body.ReadAsync(chunk, cancellationToken)) > 0)
        {
            if (buffer.Length + read > limit)
            {
                throw new BadHttpRequestException($"The body may have at most {limit} bytes.", StatusCodes.Status413PayloadTooLarge);
            }

            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }

    /// <summary>
    /// Or a body that is cut off would be blamed on the field where it ends. A field that is there twice is refused: which of the two the caller means is not known. So is
    /// text that is not Unicode: it can be neither stored nor sent on.
    /// </summary>
    private static void EnsureJson(ReadOnlySpan<byte> body)
    {
        if (body.IsEmpty)
        {
            throw new InvalidJsonException("body", "The body must be a JSON object.");
        }

        try
        {
            var reader = new Utf8JsonReader(body);
            var names = new Stack<HashSet<string>>();
            while (reader.Read())
            {
                Ensure(reader, names);
            }
        }
        catch (JsonException exception)
        {
            throw new InvalidJsonException("body", $"It is not JSON, or is nested more than {MaxDepth} deep: line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1}.");
        }
    }

    /// <param name="reader">Where the body is being read.</param>
    /// <param name="names">The fields so far of each object around it.</param>
    private static void Ensure(Utf8JsonReader reader, Stack<HashSet<string>> names)
    {
        switch (reader.TokenType)
        {
            case JsonTokenType.StartObject:
                names.Push([]);
                break;
            case JsonTokenType.EndObject:
                names.Pop();
                break;
            case JsonTokenType.PropertyName when TextOf(reader) is var name && !names.Peek().Add(name):
                throw new InvalidJsonException(ShortText.Of(name, MaxName), "The field is there twice.");
            case JsonTokenType.String when reader.ValueIsEscaped || !Utf8.IsValid(reader.ValueSpan):
                TextOf(reader);
                break;
        }
    }

    private static string TextOf(Utf8JsonReader reader)
    {
        try
        {
            return reader.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new InvalidJsonException("body", $"The text that begins at byte {reader.TokenStartIndex + 1} is not Unicode.");
        }
    }

    private static InvalidJsonException Explain<T>(JsonException exception)
    {
        var field = exception.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : "body";
        var known = ApiJson.Options.GetTypeInfo(typeof(T)).Properties.Select(property => property.Name).ToList();
        var top = field.Split('.', '[')[0];
        return field == "body" ? new InvalidJsonException(field, "The body must be a JSON object.")
            : known.Contains(top) ? new InvalidJsonException(field, "The value has the wrong type or form.")
            : new InvalidJsonException(field, $"There is no such field. Fields that can be set: {string.Join(", ", known)}.");
    }
}
