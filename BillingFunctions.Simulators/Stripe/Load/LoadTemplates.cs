using System.Globalization;
using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Customers;
using BillingFunctions.Simulators.Stripe.Events;
using BillingFunctions.Simulators.Stripe.Invoices;
using BillingFunctions.Simulators.Stripe.Subscriptions;

namespace BillingFunctions.Simulators.Stripe.Load;

/// <summary>The events of one customer as the simulator writes them, with slots in the place of what differs.</summary>
internal static class LoadTemplates
{
    // Times that no slot could be confused with; they are replaced in the text
    private const long Created = 1_111_111_111;
    private const long PeriodEnd = 2_222_222_222;

    private static readonly EventCause Cause = new("req_load", "load", Livemode: false);

    private static readonly CustomerRecord Customer = new CustomerSeed(new CustomerSeedOptions { Count = 1, AwkwardShare = 0 }).Build(0) with
    {
        Id = LoadTemplate.Of(LoadSlot.Customer),
        Created = Created,
        Email = LoadTemplate.Of(LoadSlot.Email),
        Name = LoadTemplate.Of(LoadSlot.Name),
        Currency = "usd",
        Address = new AddressRecord("San Francisco", "US", "510 Townsend Street", "Floor 3", "94103", "CA"),
        Shipping = new ShippingRecord(new AddressRecord("Oakland", "US", "1 Broadway", null, "94607", "CA"), "Receiving", "+15555550100"),
        Description = "Signed up on the web, annual contract under negotiation, contact by e-mail only; see the notes of the account manager.",
        InvoiceFooter = "Thank you for your business. Payment terms and the current price list are on our web site.",
        Metadata = Enumerable.Range(1, 12).ToDictionary(
            number => string.Create(CultureInfo.InvariantCulture, $"attribute_{number}"),
            number => string.Create(CultureInfo.InvariantCulture, $"value {number} of the customer's own attributes")),
    };

    private static readonly SubscriptionItemRecord Item = new(
        LoadTemplate.Of(LoadSlot.Item), Created, PriceRecord.Find("price_usd_2500", "price"), 1);

    private static readonly SubscriptionRecord Subscription = new()
    {
        Id = LoadTemplate.Of(LoadSlot.Subscription),
        Created = Created,
        Customer = Customer.Id,
        Status = "incomplete",
        Items = [Item],
        Anchor = Created,
        PeriodStart = Created,
        PeriodEnd = PeriodEnd,
        LatestInvoice = LoadTemplate.Of(LoadSlot.Invoice),
        Metadata = new Dictionary<string, string> { ["plan"] = "pro" },
    };

    private static readonly InvoiceRecord Invoice = new()
    {
        Id = LoadTemplate.Of(LoadSlot.Invoice),
        Created = Created,
        Customer = Customer.Id,
        BilledTo = Customer,
        Currency = "usd",
        Lines = [new InvoiceLineRecord(LoadTemplate.Of(LoadSlot.Line), 2500, "1 × Pro (per month)", Created, PeriodEnd) { Item = Item }],
        Status = "paid",
        Number = "LOAD-0001",
        Subscription = Subscription.Id,
        SubscriptionMetadata = Subscription.Metadata,
        BillingReason = "subscription_create",
        PeriodStart = Created,
        PeriodEnd = PeriodEnd,
        AttemptCount = 1,
        FinalizedAt = Created,
        PaidAt = Created,
    };

    /// <summary>The templates of creation, subscription, payment and update, in this order.</summary>
    public static LoadTemplate[] Build(ApiVersion version) =>
    [
        Template("customer.created", new EventSubject(Customer.Id, (_, livemode) => CustomerJson.Of(Customer, livemode)), version),
        Template(
            "customer.subscription.created",
            new EventSubject(Subscription.Id, (shape, livemode) => SubscriptionJson.Of(Subscription, shape, livemode)),
            version),
        Template("invoice.paid", BillingBooks.SubjectOf(Invoice), version),
        Template(
            "customer.updated",
            new EventSubject(
                Customer.Id,
                (_, livemode) => CustomerJson.Of(Customer with { Delinquent = !Customer.Delinquent, Balance = -500 }, livemode),
                (_, livemode) => CustomerJson.Of(Customer, livemode)),
            version),
    ];

    private static LoadTemplate Template(string type, EventSubject subject, ApiVersion version)
    {
        var record = new EventRecord(LoadTemplate.Of(LoadSlot.Event), type, Created, Cause, subject);
        record.AddEndpoint();
        return new LoadTemplate(record.ToJson(version).ToJsonString(EventJson.Indented)
            .Replace(Created.ToString(CultureInfo.InvariantCulture), LoadTemplate.Of(LoadSlot.Created))
            .Replace(PeriodEnd.ToString(CultureInfo.InvariantCulture), LoadTemplate.Of(LoadSlot.PeriodEnd)));
    }
}
