namespace Stripe;

/// <summary>A price to subscribe to, or a change of one.</summary>
public class SubscriptionItemOptions : INestedOptions, IHasMetadata
{
    /// <summary>Whether to take the item with <see cref="Id"/> out.</summary>
    public bool? Deleted { get; set; }

    /// <summary>The item to change; null adds one.</summary>
    public string? Id { get; set; }

    public Dictionary<string, string>? Metadata { get; set; }

    /// <summary>The id of a price.</summary>
    public string? Price { get; set; }

    public long? Quantity { get; set; }
}
