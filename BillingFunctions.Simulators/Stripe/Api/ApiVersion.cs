namespace BillingFunctions.Simulators.Stripe.Api;

/// <summary>An API version and what it does to the shape of objects.</summary>
internal readonly record struct ApiVersion
{
    private const string Basil = "2025-03-31";

    private ApiVersion(string name) => Name = name;

    /// <summary>The date of the version and its release train, such as <c>2026-10-28.endive</c>.</summary>
    public string Name { get; }

    /// <summary>Since basil the items of a subscription have its period, and an invoice names its subscription under <c>parent</c>.</summary>
    public bool IsBasilOrLater => string.CompareOrdinal(Name, Basil) >= 0;

    /// <summary>Finds a version by its name; null when the simulator does not speak it.</summary>
    public static ApiVersion? Find(string name) => StripeApiVersions.All.Contains(name) ? new ApiVersion(name) : null;

    /// <exception cref="StripeRefusalException">The simulator does not speak the version.</exception>
    public static ApiVersion Of(string name) => Find(name) ?? throw new StripeRefusalException(StripeProblem.UnknownVersion(name));
}
