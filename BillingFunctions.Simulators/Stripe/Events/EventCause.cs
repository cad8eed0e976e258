
namespace BillingFunctions.Simulators.Stripe.Events;

/// <summary>The call that caused an event; without ids when none did.</summary>
internal sealed record EventCause(string? RequestId, string? IdempotencyKey, bool Livemode)
{
    /// <summary>The connected account or context that the call was made for; null for the key's own account.</summary>
    public string? Context { get; init; }

    /// <summary>A test, or Stripe by itself.</summary>
    public static EventCause None { get; } = new(null, null, Livemode: false);
}
