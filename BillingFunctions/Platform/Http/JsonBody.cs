using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Platform.Http;

/// <summary>A body that is not the JSON that was asked for.</summary>
internal sealed class InvalidJsonException(string field, string message) : Exception(message)
{
    public string Field { get; } = field;
}

internal static class JsonBody
{
    /// <summary>Reads the body as <typeparamref name="T"/>.</summary>
    /// <exception cref="InvalidJsonException">It is not JSON, or a field is unknown or of another type; says which.</exception>
    public static T Read<T>(ReadOnlySpan<byte> body)
    {
        try
        {
            EnsureJson(body);
            return JsonSerializer.Deserialize<T>(body, ApiJson.Options) ?? throw new InvalidJsonException("body", "A JSON object is expected.");
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

    /// <summary>Or a body that is cut off would be blamed on the field where it ends.</summary>
    private static void EnsureJson(ReadOnlySpan<byte> body)
    {
        var reader = new Utf8JsonReader(body);
        while (reader.Read())
        {
        }
    }

    private static InvalidJsonException Explain<T>(JsonException exception)
    {
        var field = exception.Path is { Length: > 2 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : "body";
        var known = ApiJson.Options.GetTypeInfo(typeof(T)).Properties.Select(property => property.Name).ToList();
        var top = field.Split('.', '[')[0];
        return field == "body" ? new InvalidJsonException(field, "A JSON object is expected.")
            : known.Contains(top) ? new InvalidJsonException(field, "The value has the wrong type or form.")
            : new InvalidJsonException(field, $"There is no such field. Allowed are: {string.Join(", ", known)}.");
    }
}
