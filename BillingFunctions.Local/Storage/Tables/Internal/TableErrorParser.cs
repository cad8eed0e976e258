using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using Azure;
using Azure.Core;

namespace BillingFunctions.Local.Storage.Tables;

/// <summary>Reads the service's error: <c>{"odata.error":{"code":"…","message":{"value":"…"}}}</c>.</summary>
internal sealed class TableErrorParser : RequestFailedDetailsParser
{
    /// <summary>Where an exception's data says which action of a transaction failed.</summary>
    public const string FailedIndex = "FailedEntity";

    public static TableErrorParser Instance { get; } = new();

    public override bool TryParse(
        Response response,
        [NotNullWhen(true)] out ResponseError? error,
        [NotNullWhen(true)] out IDictionary<string, string>? data)
    {
        error = null;
        data = new Dictionary<string, string>(StringComparer.Ordinal);
        try
        {
            error = Read(response.Content.ToMemory(), data);
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Not the service's own words, as from a proxy: the status and headers have to do.
        }

        return error is not null;
    }

    private static ResponseError? Read(ReadOnlyMemory<byte> body, IDictionary<string, string> data)
    {
        using var document = JsonDocument.Parse(body);
        if (!document.RootElement.TryGetProperty("odata.error", out var error))
        {
            return null;
        }

        var code = error.TryGetProperty("code", out var codeElement) ? codeElement.GetString() : null;
        var message = error.TryGetProperty("message", out var text) && text.TryGetProperty("value", out var value)
            ? value.GetString()
            : null;
        if (IndexOf(message) is { } index)
        {
            data[FailedIndex] = index;
        }

        return new ResponseError(code, message);
    }

    // In a transaction the message begins with the place of the action: "2:The update condition ...".
    private static string? IndexOf(string? message)
    {
        var digits = message.AsSpan().IndexOf(':');
        return digits > 0 && !message.AsSpan(0, digits).ContainsAnyExceptInRange('0', '9') ? message![..digits] : null;
    }
}
