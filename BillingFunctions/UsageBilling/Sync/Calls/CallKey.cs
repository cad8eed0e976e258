using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace BillingFunctions.UsageBilling.Sync.Calls;

/// <summary>
/// Idempotency keys: the same for the same thing with the same content, so that Stripe does a repeated call once. A failure that Stripe keeps is counted in, or the
/// repetition would get it again.
/// </summary>
internal static class CallKey
{
    /// <param name="call">What is called.</param>
    /// <param name="kept">How many failures of this call Stripe keeps.</param>
    /// <param name="content">What is sent.</param>
    public static string Of(string call, int kept, object content) =>
        $"usage-{call}-{kept}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(content))).AsSpan(0, 16))}";
}
