using System.Text.Json;
using System.Text.Json.Nodes;

namespace BillingFunctions.Simulators.Stripe.Api;

/// <summary>An answer, kept as bytes so that it can be replayed.</summary>
internal sealed record StripeAnswer(int Status, ReadOnlyMemory<byte> Body)
{
    /// <summary>Whether it was given before to the same idempotency key.</summary>
    public bool IsReplayed { get; init; }

    /// <summary>The limit that refused the call.</summary>
    public string? LimitedBy { get; init; }

    /// <inheritdoc cref="StripeProblem.ShouldRetry"/>
    public bool? ShouldRetry { get; init; }

    public static StripeAnswer Json(int status, JsonObject body) => Json(status, json => body.WriteTo(json));

    public static StripeAnswer Json(int status, Action<Utf8JsonWriter> write) => new(status, JsonBody.Of(write));
}
