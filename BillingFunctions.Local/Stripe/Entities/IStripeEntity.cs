namespace Stripe;

/// <summary>What Stripe answers with.</summary>
public interface IStripeEntity
{
    StripeResponse? StripeResponse { get; set; }
}
