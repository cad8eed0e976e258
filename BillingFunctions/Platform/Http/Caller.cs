using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Platform.Http;

/// <summary>Who sent a request.</summary>
internal static class Caller
{
    /// <summary>What App Service sets when its authentication is on. It then drops the principal's headers that a client has sent, and writes its own.</summary>
    private const string AuthenticationEnabled = "WEBSITE_AUTH_ENABLED";

    private const string ReaderRole = "Billing.Reader";
    private const string OperatorRole = "Billing.Operator";

    /// <summary>The signed-in user where App Service authentication is on, else a fingerprint of the function key; without a key, the address the request came from.</summary>
    public static string Of(HttpRequest request) => PrincipalOf(request) ?? KeyOf(request) ?? AddressOf(request);

    /// <summary>Whether the signed-in user may only look: it has the role <c>Billing.Reader</c> and not <c>Billing.Operator</c>. Never without App Service authentication.</summary>
    public static bool IsReader(HttpRequest request) => IsAuthenticated(request) && RolesOf(request) is var roles && roles.Contains(ReaderRole) && !roles.Contains(OperatorRole);

    /// <summary>The address the request came from, as the worker sees it.</summary>
    public static string AddressOf(HttpRequest request) => request.HttpContext.Connection.RemoteIpAddress?.ToString() ?? "unknown";

    private static string? PrincipalOf(HttpRequest request) =>
        IsAuthenticated(request) && request.Headers["X-MS-CLIENT-PRINCIPAL-NAME"] is [{ Length: > 0 and <= 256 } name] ? name : null;

    private static bool IsAuthenticated(HttpRequest request) =>
        bool.TryParse(request.HttpContext.RequestServices?.GetService<IConfiguration>()?[AuthenticationEnabled], out var isOn) && isOn;

    /// <summary>The roles in the principal, which App Service writes as JSON in Base64. A principal that cannot be read has none.</summary>
    private static HashSet<string> RolesOf(HttpRequest request)
    {
        try
        {
            var principal = JsonSerializer.Deserialize<Principal>(Convert.FromBase64String(request.Headers["X-MS-CLIENT-PRINCIPAL"].ToString()), JsonSerializerOptions.Web);
            return [.. (principal?.Claims ?? []).Where(claim => claim.Type == principal?.RoleType || claim.Type == "roles").Select(claim => claim.Value)];
        }
        catch (Exception exception) when (exception is FormatException or JsonException)
        {
            return [];
        }
    }

    /// <summary>The host checks keys and does not tell the worker which of them it was. 48 bits of a digest tell keys apart, and tell nothing about a key of the host's making.</summary>
    private static string? KeyOf(HttpRequest request) =>
        request.Headers["x-functions-key"] is [{ Length: > 0 } header] ? Fingerprint(header)
        : request.Query["code"] is [{ Length: > 0 } code] ? Fingerprint(code)
        : null;

    private static string Fingerprint(string key) => $"key {Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, 6))}";

    private sealed record Principal([property: JsonPropertyName("role_typ")] string? RoleType, [property: JsonPropertyName("claims")] IReadOnlyList<Claim>? Claims);

    private sealed record Claim([property: JsonPropertyName("typ")] string Type, [property: JsonPropertyName("val")] string Value);
}
