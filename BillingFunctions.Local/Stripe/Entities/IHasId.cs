namespace Stripe;

/// <summary>An entity with an id.</summary>
public interface IHasId
{
    string Id { get; set; }
}
