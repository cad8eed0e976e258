namespace Stripe;

/// <summary>Marks what is encoded by its properties.</summary>
public interface INestedOptions
{
}
