using System.Text.Json;
using BillingFunctions.Customers;
using BillingFunctions.Customers.Events;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Webhooks.Applying;

namespace BillingFunctions.Tests.Customers;

public sealed class CustomerEventsTests
{
    private const string IdKey = "billing_customer_id";

    [Theory]
    [InlineData("customer.created", true)]
    [InlineData("customer.updated", true)]
    [InlineData("customer.deleted", true)]
    [InlineData("customer.subscription.created", false)]
    [InlineData("customer.source.updated", false)]
    [InlineData("customer.discount.deleted", false)]
    [InlineData("invoice.paid", false)]
    public void IdOf_Type_TakesCustomersOnly(string type, bool taken) =>
        Assert.Equal(taken ? "cus_1" : null, CustomerEvents.IdOf(StripeEventBuilder.Event("evt_1", type, 1, new { id = "cus_1" })));

    [Fact]
    public void Read_AllFields_AreRead()
    {
        var (customer, ourId) = CustomerEvents.Read(StripeEventBuilder.Customer("customer.created", "evt_1", StripeEventBuilder.Time + 5, "ann"), IdKey);

        Assert.Equal(("cus_1", "cus_1", "ann", "ann@example.com"), (customer.Id, customer.StripeId, customer.Name, customer.Email));
        Assert.Equal(("+49 30 1", "eur", "ann"), (customer.Phone, customer.Currency, customer.Metadata["plan"]));
        Assert.Equal((false, false, "stripe"), (customer.Livemode, customer.Deleted, customer.Origin));
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(StripeEventBuilder.Time), customer.Created);
        Assert.Equal(new EventVersion(false, StripeEventBuilder.Time + 5, 0, "evt_1"), customer.LastEvent);
        Assert.Null(ourId);
    }

    /// <summary>An empty id is nobody's.</summary>
    [Theory]
    [InlineData("A-1", "A-1")]
    [InlineData("a/b", "a/b")]
    [InlineData("", null)]
    public void Read_OurIdInTheMetadata_IsNoFieldOfTheCustomer(string noted, string? expected)
    {
        var metadata = new Dictionary<string, string> { [IdKey] = noted, ["plan"] = "gold" };

        var (customer, ourId) = CustomerEvents.Read(StripeEventBuilder.Event("evt_1", "customer.created", 7, new { id = "cus_1", metadata }), IdKey);

        Assert.Equal(("cus_1", expected), (customer.Id, ourId));
        Assert.Equal("gold", Assert.Single(customer.Metadata).Value);
    }

    [Fact]
    public void Read_ThinTombstone_IsDeletedWithoutFields()
    {
        var customer = CustomerEvents.Read(StripeEventBuilder.Event("evt_1", "customer.deleted", 7, new { id = "cus_1", @object = "customer", deleted = true }), IdKey).Customer;

        Assert.True(customer.Deleted);
        Assert.Null(customer.Created);
        Assert.Empty(customer.Metadata);
    }

    [Fact]
    public void ContentHash_SameContent_DoesNotDependOnEventOrOrderOfMetadata()
    {
        var one = new Customer { Id = "cus_1", LastEvent = default, Name = "ann", Metadata = new Dictionary<string, string> { ["a"] = "1", ["b"] = "2" } };
        var same = one with { LastEvent = new EventVersion(false, 5, 1, "evt_9"), Metadata = new Dictionary<string, string> { ["b"] = "2", ["a"] = "1" } };

        Assert.Equal(one.ContentHash(), same.ContentHash());
        Assert.NotEqual(one.ContentHash(), (one with { Email = "ann" }).ContentHash());
        Assert.NotEqual(one.ContentHash(), (one with { Metadata = new Dictionary<string, string> { ["a"] = "1" } }).ContentHash());
    }

    /// <summary>Times and ranks tie often: all orders, all of them with a repetition, in random batches.</summary>
    [Fact]
    public void Last_AnyOrderRepetitionAndBatches_EndInOneCustomer()
    {
        for (var seed = 0; seed < 30; seed++)
        {
            var random = new Random(seed);
            var events = Enumerable.Range(0, 5).Select(number => StripeEventBuilder.Customer(
                random.Next(8) switch { 0 => "customer.deleted", < 3 => "customer.created", _ => "customer.updated" },
                $"evt_{random.Next(1_000)}",
                StripeEventBuilder.Time + random.Next(3),
                $"name{number}")).DistinctBy(one => one.Id).ToList();

            var ends = StripeEventBuilder.Orders(events).Select(order => End([.. order, order[random.Next(order.Length)]], random)).Distinct().ToList();

            Assert.Single(ends);
        }
    }

    /// <summary>What is stored in the end when the events come like this.</summary>
    private static string End(StripeEvent[] events, Random random)
    {
        Customer? stored = null;
        for (var at = 0; at < events.Length;)
        {
            var batch = events.Skip(at).Take(random.Next(1, 4)).ToList();
            at += batch.Count;
            var last = batch.Select(told => CustomerEvents.Read(told, IdKey).Customer).MaxBy(customer => customer.LastEvent)!;
            stored = stored is null || last.LastEvent > stored.LastEvent ? last : stored;
        }

        return JsonSerializer.Serialize(stored);
    }
}
