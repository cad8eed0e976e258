using System.Net;
using System.Net.Http.Headers;

namespace Stripe;

/// <summary>An answer whose body is still to be read.</summary>
public class StripeStreamedResponse(HttpStatusCode statusCode, HttpResponseHeaders? headers, Stream body)
    : StripeResponseBase(statusCode, headers)
{
    private Task<StripeResponse>? _whole;

    public Stream Body { get; } = body;

    /// <summary>Reads the body to its end, once.</summary>
    public Task<StripeResponse> ToStripeResponseAsync() => _whole ??= ReadAsync();

    private async Task<StripeResponse> ReadAsync()
    {
        using var reader = new StreamReader(Body);
        return new StripeResponse(StatusCode, Headers, await reader.ReadToEndAsync());
    }
}
