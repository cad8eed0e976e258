using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace BillingFunctions.Simulators.Stripe.Api;

/// <summary>An answer, kept as bytes so that it can be replayed.</summary>
internal sealed record StripeAnswer(int Status, ReadOnlyMemory<byte> Body)
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    /// <summary>Whether it was given before to the same idempotency key.</summary>
    public bool IsReplayed { get; init; }

    /// <summary>The limit that refused the call.</summary>
    public string? LimitedBy { get; init; }

    /// <inheritdoc cref="StripeProblem.ShouldRetry"/>
    public bool? ShouldRetry { get; init; }

    public static StripeAnswer Json(int status, JsonObject body) => Json(status, json => body.WriteTo(json));

    public static StripeAnswer Json(int status, Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, Options))
        {
            write(writer);
        }

        return new StripeAnswer(status, buffer.WrittenMemory);
    }
}
