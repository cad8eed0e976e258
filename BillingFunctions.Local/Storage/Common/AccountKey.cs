using System.Security.Cryptography;
using System.Text;

namespace BillingFunctions.Local.Storage;

/// <summary>An account's name and secret, and the signature that both give.</summary>
internal sealed class AccountKey(string accountName, string key)
{
    private readonly byte[] _secret = Convert.FromBase64String(key);

    public string AccountName { get; } = accountName;

    /// <summary>The base64 HMAC-SHA256 of a string to sign.</summary>
    public string Sign(string text) => Convert.ToBase64String(HMACSHA256.HashData(_secret, Encoding.UTF8.GetBytes(text)));
}
