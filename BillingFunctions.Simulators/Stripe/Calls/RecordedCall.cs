namespace BillingFunctions.Simulators.Stripe.Calls;

/// <summary>One call that arrived.</summary>
/// <param name="Endpoint">Method and route, such as <c>GET /v1/customers/{id}</c>.</param>
/// <param name="At">When it arrived, since the simulator's start.</param>
public sealed record RecordedCall(string Endpoint, TimeSpan At)
{
    /// <summary>0 when the connection was cut, or the call is still under way.</summary>
    public int Status { get; internal set; }

    /// <summary>What a 429 gave as its reason; null for any other answer.</summary>
    public string? LimitedBy { get; internal set; }
}
