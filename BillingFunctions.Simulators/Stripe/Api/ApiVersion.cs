namespace BillingFunctions.Simulators.Stripe;

/// <summary>An API version, such as <c>2026-07-29.dahlia</c>, and what it does to the shape of objects.</summary>
internal readonly record struct ApiVersion(string Name)
{
    private const string Basil = "2025-03-31";

    /// <summary>Since basil the items of a subscription have its period, and an invoice names its subscription under <c>parent</c>.</summary>
    public bool IsBasilOrLater => string.CompareOrdinal(Name, Basil) >= 0;
}
