using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using BillingFunctions.Platform.Capabilities;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Connectors.Salesforce.Inbound;

/// <summary>
/// Tells whether a JSON notice was signed with any of our secrets, so that one can be exchanged for another without a gap. There is no time in a signature: who sends an old
/// notice again has a record read again, no more.
/// </summary>
public sealed class NoticeSignature(IOptions<SalesforceOptions> options)
{
    /// <summary>HMAC-SHA256 of the raw body in hex, with or without <c>sha256=</c> before it.</summary>
    public const string Header = "X-Billing-Signature";

    private const string Prefix = "sha256=";

    private readonly byte[][] _secrets =
        [.. (options.Value.NoticeSecret ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Encoding.UTF8.GetBytes)];

    /// <summary>Checks the header against the raw body.</summary>
    /// <exception cref="SettingMissingException">There is no secret.</exception>
    internal bool IsValid(byte[] body, string? header)
    {
        if (_secrets.Length == 0)
        {
            throw new SettingMissingException($"{SalesforceOptions.Section}__{nameof(SalesforceOptions.NoticeSecret)}");
        }

        var hex = header ?? "";
        hex = hex.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) ? hex[Prefix.Length..] : hex;
        var signature = new byte[HMACSHA256.HashSizeInBytes];
        return hex.Length == signature.Length * 2
            && Convert.FromHexString(hex, signature, out _, out _) == OperationStatus.Done
            && _secrets.Any(secret => CryptographicOperations.FixedTimeEquals(signature, HMACSHA256.HashData(secret, body)));
    }
}
