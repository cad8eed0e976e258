using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Stripe;

/// <summary>Checks and reads the events that Stripe sends to a webhook endpoint.</summary>
public static class EventUtility
{
    /// <summary>How many seconds a signature may be old, or ahead.</summary>
    public const int DefaultTimeTolerance = 300;

    // Text that is no valid UTF-16 must not be signed as something else
    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Whether events of this version have the shapes of this client: same release train, such as <c>dahlia</c>.</summary>
    public static bool IsCompatibleApiVersion(string eventApiVersion)
        => eventApiVersion.Contains('.') && eventApiVersion.Split('.')[1] == StripeConfiguration.ApiVersion.Split('.')[1];

    /// <summary>Reads an event whose signature is checked elsewhere, or not at all.</summary>
    /// <exception cref="StripeException">It has another API version's shape.</exception>
    /// <exception cref="JsonException">It is no JSON, or no event.</exception>
    /// <exception cref="ArgumentException">It is a thin event of API version 2.</exception>
    public static Event ParseEvent(string json, bool throwOnApiVersionMismatch = true)
    {
        var stripeEvent = Deserialize(json);

        // One without any version fails here with a NullReferenceException, as the vendor's does
        if (throwOnApiVersionMismatch && !IsCompatibleApiVersion(stripeEvent.ApiVersion!))
        {
            throw new StripeException(
                $"The event has API version {stripeEvent.ApiVersion}, Stripe.net {StripeConfiguration.StripeNetVersion} expects "
                + $"{StripeConfiguration.ApiVersion}. Give the webhook endpoint that version, or pass throwOnApiVersionMismatch: false.");
        }

        return stripeEvent;
    }

    /// <summary>Checks the signature against the clock of this machine, and reads the event.</summary>
    /// <param name="json">The body exactly as it came.</param>
    /// <param name="tolerance">In seconds.</param>
    /// <exception cref="StripeException">The signature is wrong, too old or too new, or the event has another API version's shape.</exception>
    public static Event ConstructEvent(
        string json,
        string stripeSignatureHeader,
        string secret,
        long tolerance = DefaultTimeTolerance,
        bool throwOnApiVersionMismatch = true)
        => ConstructEvent(json, stripeSignatureHeader, secret, tolerance, Now(), throwOnApiVersionMismatch);

    /// <inheritdoc cref="ConstructEvent(string, string, string, long, bool)"/>
    /// <param name="utcNow">The time to check against, in Unix seconds.</param>
    public static Event ConstructEvent(
        string json, string stripeSignatureHeader, string secret, long tolerance, long utcNow, bool throwOnApiVersionMismatch = true)
    {
        ValidateSignature(json, stripeSignatureHeader, secret, tolerance, utcNow);
        return ParseEvent(json, throwOnApiVersionMismatch);
    }

    /// <summary>Checks the signature against the clock of this machine.</summary>
    /// <param name="json">The body exactly as it came.</param>
    /// <param name="tolerance">In seconds.</param>
    /// <exception cref="StripeException">No <c>v1</c> signature of the header is that of the body, or its time is too far off.</exception>
    public static void ValidateSignature(string json, string stripeSignatureHeader, string secret, long tolerance = DefaultTimeTolerance)
        => ValidateSignature(json, stripeSignatureHeader, secret, tolerance, Now());

    /// <inheritdoc cref="ValidateSignature(string, string, string, long)"/>
    /// <param name="utcNow">The time to check against, in Unix seconds.</param>
    public static void ValidateSignature(string json, string stripeSignatureHeader, string secret, long tolerance, long utcNow)
    {
        var header = SignatureHeader.Parse(stripeSignatureHeader);
        if (!header.HasSignature(ExpectedSignature(secret, header.Timestamp, json)))
        {
            throw new StripeException("The Stripe-Signature header has no signature of this body with this secret.");
        }

        if (Math.Abs(utcNow - header.ReadTimestamp()) > tolerance)
        {
            throw new StripeException("The timestamp of the Stripe-Signature header is outside of the tolerance.");
        }
    }

    /// <returns>The HMAC-SHA256 of <c>timestamp.payload</c> in lower-case hexadecimal digits.</returns>
    public static string ComputeSignature(string secret, string? timestamp, string payload)
        => Convert.ToHexStringLower(HMACSHA256.HashData(Utf8.GetBytes(secret), Utf8.GetBytes($"{timestamp}.{payload}")));

    /// <summary>Signs a body as Stripe would, for tests.</summary>
    /// <param name="timestamp">In Unix seconds; by default now.</param>
    public static string GenerateSignatureHeader(string payload, string secret, long? timestamp = null)
    {
        var signedAt = FormattableString.Invariant($"{timestamp ?? Now()}");
        return $"t={signedAt},v1={ComputeSignature(secret, signedAt, payload)}";
    }

    private static string ExpectedSignature(string secret, string? timestamp, string json)
    {
        try
        {
            return ComputeSignature(secret, timestamp, json);
        }
        catch (EncoderFallbackException exception)
        {
            throw new StripeException("The body is not valid Unicode, so that no signature can be computed.", exception);
        }
    }

    private static Event Deserialize(string json)
    {
        using var document = JsonDocument.Parse(json);
        return document.RootElement.TryGetProperty("object", out var kind) && kind.GetString() == "v2.core.event"
            ? throw new ArgumentException("A thin event notification is no webhook event.")
            : document.RootElement.Deserialize<Event>(StripeJson.Options)!;
    }

    // The vendor takes no clock here; who wants its own passes the time
    private static long Now() => TimeProvider.System.GetUtcNow().ToUnixTimeSeconds();
}
