namespace Stripe;

/// <summary>The services of API version 1, one a resource.</summary>
public class V1Services : Service
{
    internal V1Services(IStripeClient client)
        : base(client)
    {
        Customers = new CustomerService(client);
        Events = new EventService(client);
        Invoices = new InvoiceService(client);
        Subscriptions = new SubscriptionService(client);
    }

    public virtual CustomerService Customers { get; }

    public virtual EventService Events { get; }

    public virtual InvoiceService Invoices { get; }

    public virtual SubscriptionService Subscriptions { get; }
}
