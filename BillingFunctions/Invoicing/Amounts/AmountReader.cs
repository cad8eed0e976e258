using System.Net;
using System.Text.Json;
using BillingFunctions.Platform;

namespace BillingFunctions.Invoicing.Amounts;

/// <summary>Reads answers of the amount API. An amount that is not clearly one is never billed, and never taken for zero.</summary>
internal static class AmountReader
{
    private const int MaxShown = 40;

    /// <summary>In minor units: the most that Stripe accepts in any currency. Nine million such amounts fit into a sum of 64 bits.</summary>
    private const long MaxAmount = 999_999_999_999;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false };

    /// <param name="response">The answer.</param>
    /// <param name="currency">What the customer is billed in; null when not known: then any currency is accepted.</param>
    /// <param name="cancellationToken">Cancels the reading of its body.</param>
    public static async Task<AmountAnswer> ReadAsync(HttpResponseMessage response, string? currency, CancellationToken cancellationToken) =>
        Read(response.StatusCode, await response.Content.ReadAsByteArrayAsync(cancellationToken), currency);

    /// <param name="status">The answer's status.</param>
    /// <param name="body">Its body.</param>
    /// <param name="currency">What the customer is billed in; null when not known: then any currency is accepted.</param>
    public static AmountAnswer Read(HttpStatusCode status, ReadOnlyMemory<byte> body, string? currency) => status switch
    {
        HttpStatusCode.OK => ReadBody(body, currency),
        HttpStatusCode.NotFound => AmountAnswer.NotFound("The amount API has nothing for this customer and month (404)."),

        // A wrong key or too many calls tell nothing about this customer.
        HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError =>
            AmountAnswer.Failed($"The amount API answered {(int)status}."),
        _ => AmountAnswer.Refused($"The amount API answered {(int)status}."),
    };

    private static AmountAnswer ReadBody(ReadOnlyMemory<byte> body, string? currency)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            return document.RootElement is { ValueKind: JsonValueKind.Object } answer && answer.TryGetProperty("amount", out var amount)
                ? ReadAmount(amount, answer, currency)
                : AmountAnswer.Failed("The amount API's answer has no amount.");
        }
        catch (Exception unreadable) when (unreadable is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: a text with half a surrogate pair.
            return AmountAnswer.Failed("The amount API's answer is not JSON.");
        }
    }

    private static AmountAnswer ReadAmount(JsonElement amount, JsonElement answer, string? currency)
    {
        if (amount.ValueKind == JsonValueKind.Null)
        {
            return AmountAnswer.NoCharge("The amount API has no amount for this customer and month (null).");
        }

        if (amount.ValueKind != JsonValueKind.Number || !amount.TryGetInt64(out var units))
        {
            return AmountAnswer.Refused($"The amount is {Shown(amount)}, which is not a whole number of minor units.");
        }

        return units switch
        {
            0 => AmountAnswer.NoCharge("The amount is zero."),
            < 0 => AmountAnswer.Refused($"The amount is negative: {units}."),
            > MaxAmount => AmountAnswer.Refused($"The amount is {units}, which is above the limit of {MaxAmount}."),
            _ => ReadCurrency(units, answer, currency),
        };
    }

    private static AmountAnswer ReadCurrency(long units, JsonElement answer, string? expected)
    {
        if (!answer.TryGetProperty("currency", out var value) || value.ValueKind != JsonValueKind.String)
        {
            return AmountAnswer.Refused("The amount comes without a currency.");
        }

        var currency = value.GetString()!.ToLowerInvariant();
        return !Currencies.IsKnown(currency) ? AmountAnswer.Refused($"The currency {Shown(value)} is not known.")
            : expected is { Length: > 0 } && !string.Equals(expected, currency, StringComparison.OrdinalIgnoreCase)
                ? AmountAnswer.Refused($"The amount is in {currency}, but the customer is billed in {expected}.")
            : AmountAnswer.Due(new Money(units, currency));
    }

    private static string Shown(JsonElement value) => value.GetRawText() is var text && text.Length <= MaxShown ? text : text[..MaxShown] + "…";
}
