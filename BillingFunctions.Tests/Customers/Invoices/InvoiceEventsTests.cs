using BillingFunctions.Customers.Events;
using BillingFunctions.Customers.Invoices;
using BillingFunctions.Platform;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Webhooks.Applying;
using Stripe;

namespace BillingFunctions.Tests.Customers.Invoices;

public sealed class InvoiceEventsTests
{
    [Theory]
    [InlineData("invoice.created", true)]
    [InlineData("invoice.paid", true)]
    [InlineData("invoice.overdue", true)]
    [InlineData("invoice.deleted", true)]
    [InlineData("invoice.upcoming", false)]
    [InlineData("invoiceitem.created", false)]
    [InlineData("invoice_payment.paid", false)]
    public void SubjectOf_Type_TakesInvoicesOnly(string type, bool taken) =>
        Assert.Equal(taken ? "cus_1|in_1" : null, InvoiceEvents.SubjectOf(StripeEventBuilder.Invoice(type, "evt_1", 1, "open")));

    [Fact]
    public void SubjectOf_CustomerExpandedOrAbsent_IsKnownOrPassedOver()
    {
        Assert.Equal("cus_2|in_1", InvoiceEvents.SubjectOf(StripeEventBuilder.Event("evt_1", "invoice.paid", 1, new { id = "in_1", customer = new { id = "cus_2" } })));
        Assert.Null(InvoiceEvents.SubjectOf(StripeEventBuilder.Event("evt_1", "invoice.paid", 1, new { id = "in_1", customer = (string?)null })));
    }

    [Fact]
    public void Read_AllFields_AreRead()
    {
        var invoice = InvoiceEvents.Read(StripeEventBuilder.Invoice("invoice.paid", "evt_1", StripeEventBuilder.Time + 9, "paid", paid: 1250));

        Assert.Equal(("in_1", "cus_1", "A-1", "paid", "sub_1"), (invoice.Id, invoice.CustomerId, invoice.Number, invoice.Status, invoice.SubscriptionId));
        Assert.Equal((new Money(1250, "usd"), new Money(1250, "usd"), new Money(0, "usd"), new Money(1250, "usd")), (invoice.AmountDue, invoice.AmountPaid, invoice.AmountRemaining, invoice.Total));
        Assert.Equal(StripeEventBuilder.Time, invoice.Created.ToUnixTimeSeconds());
        Assert.Equal(
            (StripeEventBuilder.Time + 86_400, StripeEventBuilder.Time - 86_400, StripeEventBuilder.Time),
            (invoice.DueDate!.Value.ToUnixTimeSeconds(), invoice.PeriodStart!.Value.ToUnixTimeSeconds(), invoice.PeriodEnd!.Value.ToUnixTimeSeconds()));
        Assert.Equal("https://invoice.example/1", invoice.HostedInvoiceUrl);
        Assert.Equal(new EventVersion(false, StripeEventBuilder.Time + 9, 4, "evt_1"), invoice.LastEvent);
    }

    [Fact]
    public void Read_EveryShapeOfSubscription_IsRead()
    {
        object[] shapes =
        [
            new { id = "in_1", customer = "cus_1", subscription = "sub_1" },
            new { id = "in_1", customer = "cus_1", subscription = new { id = "sub_1", @object = "subscription" } },
            new { id = "in_1", customer = "cus_1", parent = new { subscription_details = new { subscription = "sub_1" } } },
            new { id = "in_1", customer = "cus_1", subscription = (string?)null, parent = new { subscription_details = new { subscription = new { id = "sub_1" } } } },
        ];

        Assert.All(shapes, shape => Assert.Equal("sub_1", InvoiceEvents.Read(StripeEventBuilder.Event("evt_1", "invoice.paid", 1, shape)).SubscriptionId));
        Assert.Null(InvoiceEvents.Read(StripeEventBuilder.Event("evt_1", "invoice.paid", 1, new { id = "in_1", customer = "cus_1", parent = (object?)null })).SubscriptionId);
    }

    [Theory]
    [InlineData("draft", "open")]
    [InlineData("open", "uncollectible")]
    [InlineData("open", "paid")]
    [InlineData("open", "void")]
    [InlineData("uncollectible", "paid")]
    [InlineData("uncollectible", "void")]
    public void Last_SameSecond_IsTheLaterState(string earlier, string later)
    {
        // The ids say the opposite.
        StripeEvent[] events = [StripeEventBuilder.Invoice("invoice.updated", "evt_2", 5, earlier), StripeEventBuilder.Invoice("invoice.updated", "evt_1", 5, later)];

        Assert.All(StripeEventBuilder.Orders(events), order => Assert.Equal(later, Last(order).Status));
    }

    [Fact]
    public void Last_AnyOrderRepetitionAndBatches_EndInOneInvoice()
    {
        string[] states = ["draft", "open", "uncollectible", "paid", "void"];
        for (var seed = 0; seed < 30; seed++)
        {
            var random = new Random(seed);
            var events = Enumerable.Range(0, 5).Select(number => StripeEventBuilder.Invoice(
                random.Next(10) == 0 ? EventTypes.InvoiceDeleted : "invoice.updated",
                $"evt_{random.Next(1_000)}",
                StripeEventBuilder.Time + random.Next(3),
                states[random.Next(states.Length)],
                number)).DistinctBy(one => one.Id).ToList();

            var ends = StripeEventBuilder.Orders(events).Select(order => End([.. order, order[random.Next(order.Length)]], random)).Distinct().ToList();

            Assert.Single(ends);
        }
    }

    private static CustomerInvoice? End(StripeEvent[] events, Random random)
    {
        CustomerInvoice? stored = null;
        for (var at = 0; at < events.Length;)
        {
            var batch = events.Skip(at).Take(random.Next(1, 4)).ToList();
            at += batch.Count;
            var last = Last(batch);
            stored = stored is null || last.LastEvent > stored.LastEvent ? last : stored;
        }

        return stored;
    }

    private static CustomerInvoice Last(IEnumerable<StripeEvent> events) => events.Select(InvoiceEvents.Read).MaxBy(invoice => invoice.LastEvent)!;
}
