using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Platform.Http;

/// <summary>Who sent a request.</summary>
internal static class Caller
{
    /// <summary>What App Service sets when its authentication is on. It then drops the principal's headers that a client has sent, and writes its own.</summary>
    private const string AuthenticationEnabled = "WEBSITE_AUTH_ENABLED";

    /// <summary>The signed-in user where App Service authentication is on, else a fingerprint of the function key; without a key, the address the request came from.</summary>
    public static string Of(HttpRequest request) => PrincipalOf(request) ?? KeyOf(request) ?? AddressOf(request);

    /// <summary>The address the request came from, as the worker sees it.</summary>
    public static string AddressOf(HttpRequest request) => request.HttpContext.Connection.RemoteIpAddress?.ToString() ?? "unknown";

    private static string? PrincipalOf(HttpRequest request) =>
        IsAuthenticated(request) && request.Headers["X-MS-CLIENT-PRINCIPAL-NAME"] is [{ Length: > 0 and <= 256 } name] ? name : null;

    private static bool IsAuthenticated(HttpRequest request) =>
        bool.TryParse(request.HttpContext.RequestServices?.GetService<IConfiguration>()?[AuthenticationEnabled], out var isOn) && isOn;

    /// <summary>The host checks keys and does not tell the worker which of them it was. 48 bits of a digest tell keys apart, and tell nothing about a key of the host's making.</summary>
    private static string? KeyOf(HttpRequest request) =>
        request.Headers["x-functions-key"] is [{ Length: > 0 } header] ? Fingerprint(header)
        : request.Query["code"] is [{ Length: > 0 } code] ? Fingerprint(code)
        : null;

    private static string Fingerprint(string key) => $"key {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 6))}";
}
