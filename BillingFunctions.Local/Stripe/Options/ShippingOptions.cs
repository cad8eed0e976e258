namespace Stripe;

/// <summary>Where to ship to.</summary>
public class ShippingOptions : INestedOptions
{
    public AddressOptions? Address { get; set; }

    public string? Name { get; set; }

    public string? Phone { get; set; }
}
