using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Load;
using BillingFunctions.Simulators.Stripe.Webhooks;
using Stripe;

namespace BillingFunctions.Tests.Simulators.Stripe.Load;

public sealed class EventLoadTests
{
    private static readonly DateTimeOffset From = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Generate_SeveralCustomers_YieldsReadableEventsThatBelongTogether()
    {
        var events = EventLoad.Generate(50, From).ToList();

        Assert.Equal(200, events.Select(one => one.Id).Distinct().Count());
        Assert.All(events.Chunk(4), ofOne =>
        {
            var read = ofOne.Select(one => EventUtility.ParseEvent(one.Json)).ToList();
            Assert.Equal(ofOne.Select(one => (one.Id, one.Type)), read.Select(one => (one.Id, one.Type)));
            Assert.Equal(
                [EventTypes.CustomerCreated, EventTypes.CustomerSubscriptionCreated, EventTypes.InvoicePaid, EventTypes.CustomerUpdated],
                read.Select(one => one.Type));
            var (customer, subscription, invoice) = ((Customer)read[0].Data.Object!, (Subscription)read[1].Data.Object!, (Invoice)read[2].Data.Object!);
            Assert.Equal((ofOne[0].CustomerId, ofOne[0].CustomerId, ofOne[0].CustomerId), (customer.Id, subscription.CustomerId, invoice.CustomerId));
            Assert.Equal((ofOne[0].SubscriptionId, ofOne[0].SubscriptionId), (subscription.Id, invoice.Parent!.SubscriptionDetails!.SubscriptionId));
            Assert.Equal(subscription.Created.AddMonths(1), subscription.Items.Data[0].CurrentPeriodEnd);
            Assert.Equal((invoice.Id, invoice.CustomerEmail, "paid"), (subscription.LatestInvoiceId, customer.Email, invoice.Status));
        });
        Assert.Equal(From.AddSeconds(49).UtcDateTime, EventUtility.ParseEvent(events[^1].Json).Created);
        Assert.All(events, one => Assert.InRange(one.Json.Length, 2_000, 6_000));
    }

    [Fact]
    public void Generate_SameSeed_YieldsTheSame()
    {
        var first = EventLoad.Generate(3, From).ToList();

        Assert.Equal(first, EventLoad.Generate(3, From));
        Assert.Empty(first.Select(one => one.Id).Intersect(EventLoad.Generate(3, From, seed: 2).Select(one => one.Id)));
    }

    [Fact]
    public void Generate_OldVersion_HasTheOldShapes()
    {
        var json = EventLoad.Generate(1, From, apiVersion: StripeApiVersions.BeforeBasil).ElementAt(2);

        var invoice = (Invoice)EventUtility.ParseEvent(json.Json, throwOnApiVersionMismatch: false).Data.Object!;
        Assert.Equal(json.SubscriptionId, invoice.RawJsonElement!.Value.GetProperty("subscription").GetString());
    }

    [Fact]
    public void Header_OfALoadEvent_IsValid()
    {
        var one = EventLoad.Generate(1, From).First();

        EventUtility.ValidateSignature(one.Json, WebhookSignature.Header(one.Json, From, "whsec_1", "whsec_2"), "whsec_2", 0, From.ToUnixTimeSeconds());
    }
}
