using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace BillingFunctions.Simulators.Stripe.Webhooks;

/// <summary>Signs a body as Stripe does.</summary>
public static class WebhookSignature
{
    /// <summary>The <c>Stripe-Signature</c> header: <c>t=…,v1=…</c>, with one <c>v1</c> a secret.</summary>
    /// <param name="at">When it is said to be signed; whole seconds count.</param>
    public static string Header(string payload, DateTimeOffset at, params IReadOnlyList<string> secrets)
    {
        var timestamp = at.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var signed = Encoding.UTF8.GetBytes($"{timestamp}.{payload}");
        var signatures = secrets.Select(secret => $"v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(secret), signed))}");
        return $"t={timestamp},{string.Join(',', signatures)}";
    }
}
