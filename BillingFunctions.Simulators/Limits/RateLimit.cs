namespace BillingFunctions.Simulators.Limits;

/// <summary>At most so many calls in any stretch of time of a given length.</summary>
/// <param name="Permits">Calls allowed, at least 1.</param>
/// <param name="Per">The length of the stretch.</param>
public sealed record RateLimit(int Permits, TimeSpan Per);
