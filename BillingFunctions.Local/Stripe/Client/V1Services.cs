namespace Stripe;

/// <summary>The services of API version 1, one a resource.</summary>
public class V1Services : Service
{
    internal V1Services(IStripeClient client)
        : base(client) => Customers = new CustomerService(client);

    public virtual CustomerService Customers { get; }
}
