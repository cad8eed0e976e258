namespace Stripe;

/// <summary>What carries the caller's own key-value pairs: up to 50, keys of 40 and values of 500 characters.</summary>
public interface IHasMetadata
{
    Dictionary<string, string>? Metadata { get; set; }
}
