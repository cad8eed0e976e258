using System.Text.Json;
using BillingFunctions.Simulators.Stripe.Subscriptions;
using BillingFunctions.Tests.Fixtures;

namespace BillingFunctions.Tests.Webhooks;

/// <summary>The acceptance criteria of the subscription manager, through Stripe's webhooks.</summary>
[Collection(nameof(WebhookApp))]
[Trait("Category", EndToEnd.Category)]
public sealed class SubscriptionLifecycleTests(WebhookAppFixture fixture)
{
    [Fact]
    public async Task Creating_MakesAnUnpaidRecordWithoutAccess()
    {
        var (customer, subscription) = Create();

        var record = await UntilAsync(subscription, "unpaid");

        Assert.Equal(customer, record.GetProperty("customer_id").GetString());

        // The customer's list of subscriptions is written after the record.
        var access = await fixture.UntilAsync($"api/customers/{customer}/access", found => found.GetProperty("subscription_id").GetString() == subscription);
        Assert.False(access.GetProperty("allowed").GetBoolean());
    }

    [Fact]
    public async Task PayingTheFirstInvoice_MakesItPaidAndGivesAccess()
    {
        var (customer, subscription) = Create();
        Pay(subscription);

        await UntilAsync(subscription, "paid");

        var access = await fixture.UntilAsync($"api/customers/{customer}/access", found => found.GetProperty("allowed").GetBoolean());
        Assert.Equal(subscription, access.GetProperty("subscription_id").GetString());
        var invoices = await fixture.UntilAsync($"api/customers/{customer}/invoices", page => page.GetProperty("data").EnumerateArray().Any(one => one.GetProperty("status").GetString() == "paid"));
        Assert.Single(invoices.GetProperty("data").EnumerateArray(), invoice => invoice.GetProperty("subscription_id").GetString() == subscription);
    }

    [Fact]
    public async Task CancelingAPaidOne_MakesItCanceledForGood()
    {
        var (customer, subscription) = Create();
        Pay(subscription);
        fixture.Stripe.Subscriptions.Cancel(subscription);

        await UntilAsync(subscription, "canceled");

        await fixture.UntilAsync($"api/customers/{customer}/access", found => !found.GetProperty("allowed").GetBoolean());
    }

    [Fact]
    public async Task CancelingAnUnpaidOne_IsRejectedAndAudited()
    {
        var (_, subscription) = Create();
        fixture.Stripe.Subscriptions.Cancel(subscription);

        var audit = await fixture.UntilAsync($"api/subscriptions/{subscription}/audit", HasRejected);

        Assert.Equal("unpaid", (await fixture.GetAsync($"api/subscriptions/{subscription}")).GetProperty("status").GetString());
        var rejected = audit.GetProperty("data").EnumerateArray().First(entry => entry.GetProperty("outcome").GetString() == "rejected");
        Assert.NotEmpty(rejected.GetProperty("reason").GetString()!);

        static bool HasRejected(JsonElement audit) => audit.GetProperty("data").EnumerateArray().Any(entry => entry.GetProperty("outcome").GetString() == "rejected");
    }

    [Fact]
    public async Task DuplicatesAndDisorder_ChangeNothing()
    {
        var disorder = fixture.Stripe.Webhooks.Disorder;
        (disorder.DuplicateRate, disorder.ReorderRate, disorder.DelayRate) = (0.4, 0.6, 0.3);
        var subscriptions = Enumerable.Range(0, 10).Select(_ => Create().Subscription).ToList();
        foreach (var subscription in subscriptions)
        {
            Pay(subscription);
            fixture.Stripe.Subscriptions.Cancel(subscription);
        }

        await fixture.Stripe.Webhooks.WhenDeliveredAsync(TestContext.Current.CancellationToken);
        (disorder.DuplicateRate, disorder.ReorderRate, disorder.DelayRate) = (0, 0, 0);

        foreach (var subscription in subscriptions)
        {
            await UntilAsync(subscription, "canceled");
            var audit = (await fixture.GetAsync($"api/subscriptions/{subscription}/audit")).GetProperty("data").EnumerateArray().ToList();
            Assert.Equal(audit.Count, audit.DistinctBy(entry => entry.GetProperty("event_id").GetString()).Count());
        }
    }

    private (string Customer, string Subscription) Create()
    {
        var customer = fixture.Stripe.Customers.Create("Ada", "ada@example.com");
        return (customer, fixture.Stripe.Subscriptions.Create(new NewSubscription(customer) { PaymentBehavior = "default_incomplete" }).Id);
    }

    private void Pay(string subscription) => fixture.Stripe.Invoices.Pay(fixture.Stripe.Subscriptions.Get(subscription).LatestInvoice!);

    private Task<JsonElement> UntilAsync(string subscription, string status) =>
        fixture.UntilAsync($"api/subscriptions/{subscription}", record => record.GetProperty("status").GetString() == status);
}
