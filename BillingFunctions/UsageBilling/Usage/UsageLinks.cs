using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using BillingFunctions.Platform.Storage;
using BillingFunctions.UsageBilling.Organizations;

namespace BillingFunctions.UsageBilling.Usage;

/// <summary>
/// Signs links by which an organization's people see its usage without a key. The secret is made once and kept behind the organizations; deleting its row makes all
/// links void.
/// </summary>
public sealed class UsageLinks(TableServiceClient tables)
{
    private readonly StoredSecret _secret = new(tables.GetTableClient(OrganizationStore.Table), "secrets", "usage_links");

    /// <summary>The token of a link: the organization and the end of its validity, signed.</summary>
    internal async Task<string> SignAsync(string organizationId, DateTimeOffset expiresAt, CancellationToken cancellationToken)
    {
        var content = string.Create(CultureInfo.InvariantCulture, $"{organizationId}.{expiresAt.ToUnixTimeSeconds()}");
        return $"{content}.{Base64Url.EncodeToString(await SignatureAsync(content, cancellationToken))}";
    }

    /// <summary>Reads a token.</summary>
    /// <returns>The organization; null when the signature is not ours, or the link has expired.</returns>
    internal async Task<string?> ReadAsync(string token, DateTimeOffset now, CancellationToken cancellationToken)
    {
        if (token.Split('.') is not [var organizationId, var expiry, var signature] || !Base64Url.IsValid(signature)
            || !long.TryParse(expiry, NumberStyles.None, CultureInfo.InvariantCulture, out var expiresAt))
        {
            return null;
        }

        var ours = await SignatureAsync($"{organizationId}.{expiry}", cancellationToken);
        return CryptographicOperations.FixedTimeEquals(Base64Url.DecodeFromChars(signature), ours) && now.ToUnixTimeSeconds() < expiresAt ? organizationId : null;
    }

    private async Task<byte[]> SignatureAsync(string content, CancellationToken cancellationToken) =>
        HMACSHA256.HashData(await _secret.GetAsync(cancellationToken), Encoding.UTF8.GetBytes(content));
}
