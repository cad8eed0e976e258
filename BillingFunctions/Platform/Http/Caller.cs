using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Platform.Http;

internal static class Caller
{
    /// <summary>Who asked: the signed-in user where App Service authentication is on, else the address the request came from.</summary>
    public static string Of(HttpRequest request) =>
        request.Headers["X-MS-CLIENT-PRINCIPAL-NAME"] is [{ Length: > 0 and <= 256 } name] ? name
        : request.HttpContext.Connection.RemoteIpAddress?.ToString() ?? "unknown";
}
