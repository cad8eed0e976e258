using BillingFunctions.Subscriptions.History;
using BillingFunctions.Testing.Builders;

namespace BillingFunctions.Tests.Subscriptions.History;

public sealed class SubscriptionEventReaderTests
{
    private static readonly SubscriptionRecord NeverPaid = new("sub_1", "cus_1", Livemode: false);

    private const string ExpandedCustomer = """{ "id": "cus_1", "object": "customer", "name": "Ada", "email": "ada@example.org" }""";

    [Theory]
    [InlineData(StripeObjectBuilder.Old)]
    [InlineData(StripeObjectBuilder.Current)]
    public void Read_Subscription_IsUnderstoodInBothShapes(string version)
    {
        var stripeEvent = StripeEventBuilder.Event("evt_1", "customer.subscription.created", 1_760_000_001, StripeObjectBuilder.Subscription("incomplete", version), version);

        Assert.Equal("sub_1", SubscriptionEventReader.SubscriptionOf(stripeEvent));
        Assert.Equal(
            new SubscriptionEvent("evt_1", "customer.subscription.created", 1_760_000_001, false, "sub_1", "cus_1") { StripeStatus = "incomplete", PeriodEnd = 1_762_592_000, InvoiceId = "in_1" },
            SubscriptionEventReader.Read(stripeEvent));
    }

    [Theory]
    [InlineData(StripeObjectBuilder.Old)]
    [InlineData(StripeObjectBuilder.Current)]
    public void Read_SubscriptionOfSeveralItems_RunsUntilTheLatest(string version)
    {
        var body = StripeObjectBuilder.Subscription("active", version, periodEnds: [1_762_592_000, 1_791_536_000, 1_765_000_000]);

        Assert.Equal(1_791_536_000, SubscriptionEventReader.Read(StripeEventBuilder.Event("evt_1", "customer.subscription.updated", 1, body, version))!.PeriodEnd);
    }

    [Theory]
    [InlineData(StripeObjectBuilder.Old, "invoice.paid", "\"sub_1\"")]
    [InlineData(StripeObjectBuilder.Old, "invoice.payment_succeeded", """{ "id": "sub_1", "object": "subscription" }""")]
    [InlineData(StripeObjectBuilder.Current, "invoice.payment_succeeded", "\"sub_1\"")]
    [InlineData(StripeObjectBuilder.Current, "invoice.paid", """{ "id": "sub_1", "object": "subscription" }""")]
    public void Read_Invoice_IsUnderstoodInBothShapesAndExpanded(string version, string type, string subscription)
    {
        var stripeEvent = StripeEventBuilder.Event("evt_1", type, 1_760_000_001, StripeObjectBuilder.Invoice(version, subscription), version, livemode: true);

        Assert.Equal("sub_1", SubscriptionEventReader.SubscriptionOf(stripeEvent));
        Assert.Equal(
            new SubscriptionEvent("evt_1", type, 1_760_000_001, true, "sub_1", "cus_1")
            {
                PeriodEnd = 1_762_592_000,
                InvoiceId = "in_1",
                IsInvoicePaid = true,
                CustomerName = "Ada Lovelace",
                CustomerEmail = "ada@example.com",
            },
            SubscriptionEventReader.Read(stripeEvent));
    }

    [Fact]
    public void Read_ExpandedCustomer_GivesItsNameAndEmail()
    {
        var read = SubscriptionEventReader.Read(StripeEventBuilder.Event("evt_1", "customer.subscription.updated", 1, StripeObjectBuilder.Subscription("active", customer: ExpandedCustomer)))!;

        Assert.Equal(("cus_1", "Ada", "ada@example.org"), (read.CustomerId, read.CustomerName, read.CustomerEmail));
    }

    [Theory]
    [InlineData("customer.subscription.created", "active", SubscriptionChange.Created)]
    [InlineData("customer.subscription.updated", "past_due", SubscriptionChange.Lapsed)]
    [InlineData("customer.subscription.updated", "unpaid", SubscriptionChange.Lapsed)]
    [InlineData("customer.subscription.updated", "active", SubscriptionChange.Updated)]
    [InlineData("customer.subscription.trial_will_end", "trialing", SubscriptionChange.Updated)]
    [InlineData("customer.subscription.paused", "paused", SubscriptionChange.Updated)]
    [InlineData("customer.subscription.deleted", "canceled", SubscriptionChange.Deleted)]
    public void Change_TypeAndStatus_SayWhatItMeans(string type, string status, SubscriptionChange change) =>
        Assert.Equal(change, SubscriptionEventReader.Read(StripeEventBuilder.Event("evt_1", type, 1, StripeObjectBuilder.Subscription(status)))!.ChangeOf(NeverPaid));

    [Theory]
    [InlineData("customer.updated", """{ "id": "cus_1" }""")]
    [InlineData("invoice.created", """{ "id": "in_1", "customer": "cus_1", "subscription": "sub_1" }""")]
    [InlineData("invoice.paid", """{ "id": "in_1", "customer": "cus_1", "subscription": null }""")]
    [InlineData("invoice.paid", """{ "id": "in_1", "customer": "cus_1", "parent": null }""")]
    [InlineData("invoice.paid", """{ "id": "in_1", "customer": "cus_1", "parent": { "type": "quote_details", "subscription_details": null } }""")]
    [InlineData("invoice.paid", """{ "id": "in_1", "customer": "cus_1", "subscription": "" }""")]
    [InlineData("invoice.paid", """{ "id": "in_1", "customer": "cus_1", "subscription": 7 }""")]
    [InlineData("customer.subscription.updated", """{ "customer": "cus_1" }""")]
    public void SubscriptionOf_NothingForASubscription_IsNull(string type, string body)
    {
        var stripeEvent = StripeEventBuilder.Event("evt_1", type, 1, body);

        Assert.Null(SubscriptionEventReader.SubscriptionOf(stripeEvent));
        Assert.Null(SubscriptionEventReader.Read(stripeEvent));
    }

    [Theory]
    [InlineData("""{ "id": "sub_1", "status": "active" }""")]
    [InlineData("""{ "id": "sub_1", "status": "active", "customer": null }""")]
    [InlineData("""{ "id": "sub_1", "status": "active", "customer": "" }""")]
    public void Read_NoCustomer_IsRefused(string body) =>
        Assert.Throws<InvalidDataException>(() => SubscriptionEventReader.Read(StripeEventBuilder.Event("evt_1", "customer.subscription.updated", 1, body)));

    [Fact]
    public void Read_FieldsOfOtherKinds_AreTakenForMissing()
    {
        const string Body = """{ "id": "sub_1", "customer": "cus_1", "status": 4, "current_period_end": "soon", "items": { "data": {} } }""";

        var read = SubscriptionEventReader.Read(StripeEventBuilder.Event("evt_1", "customer.subscription.updated", 1, Body))!;

        Assert.Equal((null, null), (read.StripeStatus, read.PeriodEnd));
    }
}
