using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;

namespace BillingFunctions.Local.Functions;

/// <summary>
/// Asks callers for a key, once <c>Keys:Default</c> is set. The default key opens functions of level <c>Function</c>; the one in
/// <c>Keys:Master</c> opens everything.
/// </summary>
internal sealed class FunctionKeys(IConfiguration configuration)
{
    private const string Header = "x-functions-key";

    public async Task InvokeAsync(HttpContext http, RequestDelegate next)
    {
        if (http.GetEndpoint()?.Metadata.GetMetadata<RequiredKey>() is { } required && !Allows(required.Level, http.Request))
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return;
        }

        await next(http);
    }

    private bool Allows(AuthorizationLevel level, HttpRequest request)
    {
        if (configuration["Keys:Default"] is not { Length: > 0 } defaultKey || level == AuthorizationLevel.Anonymous)
        {
            return true;
        }

        var presented = request.Headers.TryGetValue(Header, out var header) ? header.ToString() : request.Query["code"].ToString();
        var isDefault = Same(presented, defaultKey);
        var isMaster = configuration["Keys:Master"] is { Length: > 0 } master && Same(presented, master);
        return isMaster || (isDefault && level == AuthorizationLevel.Function);
    }

    /// <summary>Takes the same time whatever the difference is; hashing hides the length too.</summary>
    private static bool Same(string presented, string key)
        => CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(presented)), SHA256.HashData(Encoding.UTF8.GetBytes(key)));
}
