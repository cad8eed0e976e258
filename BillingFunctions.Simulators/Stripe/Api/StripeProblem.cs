using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Simulators.Stripe.Api;

/// <summary>Why Stripe refuses a call.</summary>
internal sealed record StripeProblem(int Status, string Type, string? Code, string Message, string? Param = null)
{
    private const string InvalidRequest = "invalid_request_error";

    public static StripeProblem NoApiKey { get; } = new(401, InvalidRequest, null,
        "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth.");

    public static StripeProblem OtherContext { get; } = new(400, InvalidRequest, null,
        "The Stripe-Account and Stripe-Context headers name different accounts.");

    public static StripeProblem RateLimited { get; } = new(429, InvalidRequest, "rate_limit",
        "Request rate limit exceeded. Learn more about rate limits here https://stripe.com/docs/rate-limits.");

    public static StripeProblem ServerError { get; } = new(500, "api_error", null,
        "An unknown error occurred; nobody can say whether it will help to try again.");

    /// <summary>Another call holds the object; Stripe answers this as a 429 without a reason, and asks to try again.</summary>
    public static StripeProblem LockTimeout { get; } = new(429, InvalidRequest, "lock_timeout",
        "This object cannot be accessed right now because another API request or Stripe process is currently accessing it.")
    {
        ShouldRetry = true,
    };

    public static StripeProblem CardDeclined { get; } = new(402, "card_error", "card_declined", "Your card was declined.")
    {
        DeclineCode = "generic_decline",
    };

    public static StripeProblem Refused { get; } = new(400, InvalidRequest, null, "The request was refused; trying it again will not help.");

    public static StripeProblem Forbidden { get; } = new(403, InvalidRequest, "more_permissions_required",
        "The provided key does not have the required permissions for this endpoint.");

    /// <summary>Why a bank declined.</summary>
    public string? DeclineCode { get; init; }

    /// <summary>What Stripe advises the client in <c>Stripe-Should-Retry</c>; null sends no advice.</summary>
    public bool? ShouldRetry { get; init; }

    public static StripeProblem UnknownVersion(string name) => new(400, InvalidRequest, null, $"Invalid Stripe API version: {name}");

    public static StripeProblem WrongApiKey(string key)
        => new(401, InvalidRequest, null, $"Invalid API Key provided: {key[..Math.Min(8, key.Length)]}********");

    public static StripeProblem UnknownUrl(HttpRequest request)
        => new(404, InvalidRequest, null, $"Unrecognized request URL ({request.Method}: {request.Path}).");

    public static StripeProblem Invalid(string param, string message, string? code = null) => new(400, InvalidRequest, code, message, param);

    public static StripeProblem UnknownParameter(string param)
        => Invalid(param, $"Received unknown parameter: {param}", "parameter_unknown");

    /// <summary>A parameter that Stripe takes; better refused than taken without its effect.</summary>
    public static StripeProblem NotSimulated(string param) => Invalid(param, $"The simulator does not support the parameter: {param}");

    /// <summary>404 for the object that is asked for, 400 for one that a parameter refers to.</summary>
    public static StripeProblem Missing(string kind, string id, string param = "id")
        => new(param == "id" ? 404 : 400, InvalidRequest, "resource_missing", $"No such {kind}: '{id}'", param);

    public static StripeProblem NotNow(string message, string? code = null) => new(400, InvalidRequest, code, message);

    public static StripeProblem NotEditable(string message) => NotNow(message, "invoice_not_editable");

    public static StripeProblem OtherParameters(string key) => new(400, "idempotency_error", null,
        "Keys for idempotent requests can only be used with the same parameters they were first used with. "
        + $"Try using a key other than '{key}' if you meant to execute a different request.");

    public static StripeProblem KeyInUse(string key) => new(409, "idempotency_error", "idempotency_key_in_use",
        $"There is currently another in-progress request using this Idempotent Key ({key}). Please try again later.")
    {
        ShouldRetry = true,
    };

    public StripeAnswer ToAnswer(string requestId, DateTimeOffset now) => StripeAnswer.Json(Status, json =>
    {
        json.WriteStartObject();
        json.WriteStartObject("error"u8);
        if (Code is not null)
        {
            json.WriteString("code"u8, Code);
            json.WriteString("doc_url"u8, $"https://stripe.com/docs/error-codes/{Code.Replace('_', '-')}");
        }

        if (DeclineCode is not null)
        {
            json.WriteString("decline_code"u8, DeclineCode);
        }

        json.WriteString("message"u8, Message);
        if (Param is not null)
        {
            json.WriteString("param"u8, Param);
        }

        json.WriteString("request_log_url"u8, $"https://dashboard.stripe.com/test/logs/{requestId}?t={now.ToUnixTimeSeconds()}");
        json.WriteString("type"u8, Type);
        json.WriteEndObject();
        json.WriteEndObject();
    }) with
    { ShouldRetry = ShouldRetry };
}
