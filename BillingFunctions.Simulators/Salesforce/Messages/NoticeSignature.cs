using System.Security.Cryptography;
using System.Text;

namespace BillingFunctions.Simulators.Salesforce.Messages;

/// <summary>Signs a JSON notice.</summary>
public static class NoticeSignature
{
    public const string Header = "X-Billing-Signature";

    /// <summary>The value of the header: <c>sha256=</c> and the HMAC-SHA256 of the body in small hexadecimal digits.</summary>
    public static string Of(string body, string secret)
        => $"sha256={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), Encoding.UTF8.GetBytes(body)))}";
}
