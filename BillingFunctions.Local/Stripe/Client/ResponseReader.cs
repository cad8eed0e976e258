using System.Net;
using System.Text.Json;

namespace Stripe;

/// <summary>Turns an answer into an entity or into the exception that its error stands for.</summary>
internal static class ResponseReader
{
    public static T Read<T>(StripeResponse response)
        where T : IStripeEntity
    {
        if (response.StatusCode != HttpStatusCode.OK)
        {
            throw ErrorOf(response);
        }

        var entity = Deserialize<T>(response);
        entity.StripeResponse = response;
        return entity;
    }

    public static StripeException ErrorOf(StripeResponse response)
    {
        try
        {
            using var document = JsonDocument.Parse(response.Content);
            return document.RootElement.ValueKind == JsonValueKind.Object && document.RootElement.TryGetProperty("error", out var error)
                ? ErrorOf(response, error, document.RootElement)
                : Invalid(response);
        }
        catch (JsonException)
        {
            // A proxy's HTML page, or an answer that was cut off
            return Invalid(response);
        }
    }

    // An OAuth error is a string with its description beside it; any other is an object of its own.
    private static StripeException ErrorOf(StripeResponse response, JsonElement error, JsonElement root)
    {
        var stripeError = (error.ValueKind == JsonValueKind.String ? root : error).Deserialize<StripeError>()!;
        stripeError.StripeResponse = response;
        return new StripeException(response.StatusCode, stripeError, stripeError.Message ?? stripeError.ErrorDescription)
        {
            StripeResponse = response,
        };
    }

    private static T Deserialize<T>(StripeResponse response)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(response.Content, StripeJson.Options) ?? throw Invalid(response);
        }
        catch (JsonException)
        {
            throw Invalid(response);
        }
    }

    private static StripeException Invalid(StripeResponse response)
        => new(response.StatusCode, null, $"Invalid response object from API: \"{response.Content}\"") { StripeResponse = response };
}
