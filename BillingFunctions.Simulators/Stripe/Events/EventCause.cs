namespace BillingFunctions.Simulators.Stripe;

/// <summary>The call that caused an event; without ids when none did.</summary>
internal sealed record EventCause(string? RequestId, string? IdempotencyKey, bool Livemode)
{
    /// <summary>A test, or Stripe by itself.</summary>
    public static EventCause None { get; } = new(null, null, Livemode: false);
}
