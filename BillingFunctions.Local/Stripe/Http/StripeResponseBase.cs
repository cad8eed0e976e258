using System.Net;
using System.Net.Http.Headers;

namespace Stripe;

/// <summary>Status and headers of an answer.</summary>
public abstract class StripeResponseBase(HttpStatusCode statusCode, HttpResponseHeaders? headers)
{
    public HttpStatusCode StatusCode { get; } = statusCode;

    public HttpResponseHeaders? Headers { get; } = headers;

    public DateTimeOffset? Date => Headers?.Date;

    public string? IdempotencyKey => Header("Idempotency-Key");

    public string? RequestId => Header("Request-Id");

    internal int NumRetries { get; init; }

    public override string ToString()
        => $"<{GetType().FullName} status={(int)StatusCode} Request-Id={RequestId} Date={Date?.ToString("s")}>";

    private string? Header(string name) => Headers is not null && Headers.TryGetValues(name, out var values) ? values.First() : null;
}
