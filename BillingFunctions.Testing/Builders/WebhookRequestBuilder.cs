using System.Security.Cryptography;
using System.Text;
using BillingFunctions.Simulators.Stripe.Webhooks;

namespace BillingFunctions.Testing.Builders;

/// <summary>Makes webhook requests as Stripe does.</summary>
internal static class WebhookRequestBuilder
{
    /// <summary>The secret that the apps of the tests verify with.</summary>
    public const string Secret = "whsec_present";

    public const string Path = "api/webhooks/stripe";

    /// <summary>A request that is signed now.</summary>
    public static HttpRequestMessage Signed(string payload, string secret = Secret, string path = Path) => With(payload, Sign(payload, secret: secret), path);

    /// <param name="payload">The body.</param>
    /// <param name="signature">The header <c>Stripe-Signature</c>; null for none.</param>
    /// <param name="path">Where it goes.</param>
    public static HttpRequestMessage With(string payload, string? signature, string path = Path)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(payload, Encoding.UTF8, "application/json") };
        if (signature is not null)
        {
            request.Headers.TryAddWithoutValidation("Stripe-Signature", signature);
        }

        return request;
    }

    /// <param name="payload">The body.</param>
    /// <param name="ago">How long ago it was signed; zero by default.</param>
    /// <param name="secret">What it is signed with.</param>
    public static string Sign(string payload, TimeSpan? ago = null, string secret = Secret) =>
        WebhookSignature.Header(payload, TimeProvider.System.GetUtcNow() - (ago ?? TimeSpan.Zero), secret);

    /// <summary>Signed with the right secret, whatever the time is.</summary>
    public static string SignAt(string time, string payload) =>
        $"t={time},v1={Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(Secret), Encoding.UTF8.GetBytes($"{time}.{payload}")))}";
}
