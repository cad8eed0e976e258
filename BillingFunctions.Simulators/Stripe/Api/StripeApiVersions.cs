namespace BillingFunctions.Simulators.Stripe.Api;

/// <summary>The API versions that the simulator speaks: in calls, in events, and as the default of the account.</summary>
public static class StripeApiVersions
{
    /// <summary>The version of Stripe.net 53.1.</summary>
    public const string Newest = "2026-10-28.endive";

    /// <summary>The last version of the release train before, of Stripe.net 52.2.</summary>
    public const string Previous = "2026-07-29.dahlia";

    /// <summary>A version with the shapes from before 2025-03-31.basil, without a release train.</summary>
    public const string BeforeBasil = "2024-06-20";

    internal static IReadOnlyList<string> All { get; } = [BeforeBasil, Previous, Newest];
}
