namespace Stripe;

/// <summary>An entity that names its kind.</summary>
public interface IHasObject
{
    string Object { get; set; }
}
