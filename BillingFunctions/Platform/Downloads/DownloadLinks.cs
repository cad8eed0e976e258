using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.Storage;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.Platform.Downloads;

/// <summary>
/// Signs addresses of files, for those who follow a link and so send no function key: for a few minutes, and for one path and query each. <c>/api/exports/…/file</c> is then
/// <c>/api/downloads/{token}/exports/…/file</c>. The secret is made once and kept in <c>Secrets</c>; deleting its row makes all links void.
/// </summary>
public sealed class DownloadLinks(TableServiceClient tables, TimeProvider time)
{
    /// <summary>How the routes of downloads begin; behind it they are as the routes that need a key are behind <c>api/</c>.</summary>
    public const string RoutePrefix = "api/downloads/{token}/";

    private const string Api = "/api/";
    private const string Downloads = "/api/downloads/";

    private static readonly TimeSpan Validity = TimeSpan.FromMinutes(5);

    private readonly StoredSecret _secret = new(tables.GetTableClient(StoredSecret.Table), "secrets", "download_links");

    /// <summary>The answer to an address that was not signed here, or too long ago.</summary>
    internal static IResult Refusal { get; } =
        Problems.Problem(StatusCodes.Status403Forbidden, "forbidden", "The link is not valid", "It was not signed by this app, or has expired. Links are valid for five minutes; ask for another.");

    /// <summary>Signs an address.</summary>
    /// <param name="path">The path of the API.</param>
    /// <param name="query">The parameters of the download; they are signed with the path.</param>
    /// <param name="cancellationToken">Cancels the wait for the secret.</param>
    internal async Task<DownloadLink> SignAsync(PathString path, IQueryCollection query, CancellationToken cancellationToken)
    {
        var expiresAt = DateTimeOffset.FromUnixTimeSeconds((time.GetUtcNow() + Validity).ToUnixTimeSeconds());
        var expiry = expiresAt.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var target = path.Value![Api.Length..];
        var signature = Base64Url.EncodeToString(await SignatureAsync(expiry, target, query, cancellationToken));
        return new DownloadLink($"{new PathString($"{Downloads}{expiry}.{signature}/{target}")}{QueryString.Create(query)}", expiresAt);
    }

    /// <summary>Whether the request's address was signed here, and not too long ago.</summary>
    internal async Task<bool> IsValidAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        if (request.Path.Value![Downloads.Length..].Split('/', 2) is not [var token, var target] || token.Split('.') is not [var expiry, var signature]
            || !Base64Url.IsValid(signature) || !long.TryParse(expiry, NumberStyles.None, CultureInfo.InvariantCulture, out var expiresAt))
        {
            return false;
        }

        var ours = await SignatureAsync(expiry, target, request.Query, cancellationToken);
        return CryptographicOperations.FixedTimeEquals(Base64Url.DecodeFromChars(signature), ours) && time.GetUtcNow().ToUnixTimeSeconds() < expiresAt;
    }

    private async Task<byte[]> SignatureAsync(string expiry, string target, IQueryCollection query, CancellationToken cancellationToken) =>
        HMACSHA256.HashData(await _secret.GetAsync(cancellationToken), Encoding.UTF8.GetBytes($"{expiry}\n{target}\n{QueryString.Create(query)}"));
}

/// <summary>A link to a file that needs no function key.</summary>
/// <param name="Url">Path and query, without the host.</param>
/// <param name="ExpiresAt">Until when it may be followed.</param>
public sealed record DownloadLink(string Url, DateTimeOffset ExpiresAt);
