using System.Net;
using System.Net.Http.Headers;

namespace Stripe;

/// <summary>An answer with its whole body.</summary>
public class StripeResponse(HttpStatusCode statusCode, HttpResponseHeaders? headers, string content)
    : StripeResponseBase(statusCode, headers)
{
    public string Content { get; } = content;
}
