using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using BillingFunctions.UsageBilling.Ledger;

namespace BillingFunctions.UsageBilling.Sync.Calls;

/// <summary>
/// Idempotency keys. A repeated call with the same content has the same key, so that Stripe carries it out once. A failure that Stripe keeps under a key changes the key of
/// the next attempt, which would get the same failure otherwise.
/// </summary>
internal static class IdempotencyKeys
{
    /// <param name="call">What is called.</param>
    /// <param name="attempt">What tells the attempt from others with the same content, see <see cref="OutboxEntry.CallKeyPart"/>.</param>
    /// <param name="content">What is sent.</param>
    public static string Of(string call, string attempt, object content) =>
        $"usage-{call}-{attempt}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(content))).AsSpan(0, 16))}";
}
