using System.Net;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Platform.Http;

/// <summary>Who has sent a request.</summary>
internal static class SenderAddress
{
    /// <param name="request">The request.</param>
    /// <param name="forwardedHeader">The header to which a trusted proxy appends whom it saw; empty when there is none.</param>
    /// <returns>Null when that is not in it.</returns>
    public static IPAddress? Of(HttpRequest request, string? forwardedHeader)
    {
        // The host sets X-Forwarded-For to its caller's address, whatever was in it, and the worker's framework makes that the connection's.
        if (string.IsNullOrEmpty(forwardedHeader) || forwardedHeader.Equals("X-Forwarded-For", StringComparison.OrdinalIgnoreCase))
        {
            return Plain(request.HttpContext.Connection.RemoteIpAddress);
        }

        // The last is the one that the proxy itself saw; those before it, anybody may have written.
        var last = request.Headers[forwardedHeader].ToString().Split(',')[^1].Trim();
        return IPAddress.TryParse(last, out var address) ? Plain(address) : IPEndPoint.TryParse(last, out var endpoint) ? Plain(endpoint.Address) : null;
    }

    private static IPAddress? Plain(IPAddress? address) => address is { IsIPv4MappedToIPv6: true } ? address.MapToIPv4() : address;
}
