using System.Text;
using BillingFunctions.Platform.Stripe;
using Microsoft.Extensions.Options;
using Stripe;

namespace BillingFunctions.Webhooks;

/// <summary>Tells whether a body was signed by Stripe, with any of the secrets, so that one can be exchanged for another without a gap.</summary>
public sealed class WebhookSignature(IOptions<StripeOptions> options, TimeProvider time)
{
    /// <summary>How old or how far in the future a signature may be, in seconds. Stripe signs each try anew.</summary>
    private const long Tolerance = 300;

    private readonly string[] _secrets = (options.Value.WebhookSecrets ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    /// <summary>Checks the header <c>Stripe-Signature</c> against the raw body.</summary>
    public bool IsValid(byte[] body, string? header)
    {
        if (string.IsNullOrEmpty(header))
        {
            return false;
        }

        var text = Encoding.UTF8.GetString(body);
        return _secrets.Any(secret => IsSignedWith(secret, text, header));
    }

    private bool IsSignedWith(string secret, string body, string header)
    {
        try
        {
            EventUtility.ValidateSignature(body, header, secret, Tolerance, time.GetUtcNow().ToUnixTimeSeconds());
            return true;
        }
        catch (Exception malformed) when (malformed is StripeException or FormatException or OverflowException or ArgumentException or InvalidOperationException or IndexOutOfRangeException or NullReferenceException)
        {
            // The SDK has an exception of its own for a wrong signature only; a header of another form makes it stumble.
            return false;
        }
    }
}
