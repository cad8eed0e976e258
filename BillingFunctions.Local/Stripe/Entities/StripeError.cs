using System.Text.Json.Serialization;

namespace Stripe;

/// <summary>What Stripe says went wrong.</summary>
[JsonConverter(typeof(StripeEntityConverterFactory))]
public class StripeError : StripeEntity<StripeError>
{
    /// <summary>For programs, such as <c>resource_missing</c>; not every error has one.</summary>
    public string? Code { get; set; }

    public string? DeclineCode { get; set; }

    public string? DocUrl { get; set; }

    /// <summary>For people.</summary>
    public string? Message { get; set; }

    /// <summary>The parameter at fault.</summary>
    public string? Param { get; set; }

    public string? RequestLogUrl { get; set; }

    /// <summary>The family: <c>api_error</c>, <c>card_error</c>, <c>idempotency_error</c> or <c>invalid_request_error</c>.</summary>
    public string? Type { get; set; }

    /// <summary>The code of an OAuth error.</summary>
    public string? Error { get; set; }

    /// <summary>The message of an OAuth error.</summary>
    public string? ErrorDescription { get; set; }

    internal override bool KeepsRawJson => false;
}
