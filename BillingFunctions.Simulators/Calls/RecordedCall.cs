namespace BillingFunctions.Simulators.Calls;

/// <summary>One call that arrived.</summary>
/// <param name="Endpoint">Method and route, such as <c>GET /v1/customers/{id}</c>.</param>
/// <param name="Path">The address without the query, such as <c>/v1/customers/cus_1</c>.</param>
/// <param name="At">When it arrived, since the simulator's start.</param>
public sealed record RecordedCall(string Endpoint, string Path, TimeSpan At)
{
    /// <summary>The parameter <c>customer</c>; null when there is none, or the call was refused before it was read.</summary>
    public string? Customer { get; internal set; }

    /// <summary>How many records the call writes; 0 for calls of Stripe and for those that only read.</summary>
    public int Records { get; internal set; }

    /// <summary>0 when the connection was cut, or the call is still under way.</summary>
    public int Status { get; internal set; }

    /// <summary>The limit that refused the call; null for any other answer.</summary>
    public string? LimitedBy { get; internal set; }

    /// <summary>Whether the call is one of those meant.</summary>
    /// <param name="calls">
    /// An endpoint such as <c>POST /v1/invoices</c>, a part of the address such as <c>/add_lines</c> or <c>in_1</c>, or the id that a call
    /// gives as <c>customer</c>.
    /// </param>
    public bool Is(string calls) => Endpoint == calls || Customer == calls || Path.Contains(calls, StringComparison.Ordinal);
}
