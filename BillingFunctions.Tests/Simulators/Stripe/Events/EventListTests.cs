using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Testing.Fakes;
using Microsoft.Extensions.Time.Testing;
using Stripe;
using static BillingFunctions.Testing.Fakes.StripeFake;

namespace BillingFunctions.Tests.Simulators.Stripe.Events;

public sealed class EventListTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task List_Pages_MissesNoneAndRepeatsNoneInBothDirections()
    {
        await using var simulator = await StartAsync();
        for (var i = 0; i < 30; i++)
        {
            simulator.Subscriptions.Create(simulator.Customers.Create());
        }

        var happened = simulator.Events.All.Select(one => one.Id).ToList();
        var newestFirst = await IdsAsync(simulator, new EventListOptions { Limit = 7 });
        var sinceFirst = await IdsAsync(simulator, new EventListOptions { Limit = 7, EndingBefore = happened[0] });

        Assert.Equal(240, happened.Distinct().Count());
        Assert.Equal(Enumerable.Reverse(happened), newestFirst);
        Assert.Equal(happened[1..], sinceFirst);
        Assert.Equal("starting_after", (await RefusedAsync(() => IdsAsync(simulator, new EventListOptions { StartingAfter = "evt_0" }))).StripeError!.Param);
    }

    [Fact]
    public async Task List_Types_FiltersExactlyOrByGroup()
    {
        await using var simulator = await StartAsync();
        simulator.Subscriptions.Create(simulator.Customers.Create());

        Assert.Equal(["invoice.paid"], await TypesAsync(new EventListOptions { Type = "invoice.paid" }));
        Assert.Equal(["invoice.payment_succeeded", "invoice.paid", "invoice.finalized", "invoice.created"], await TypesAsync(new EventListOptions { Type = "invoice.*" }));
        Assert.Equal(
            ["customer.subscription.updated", "customer.created"],
            await TypesAsync(new EventListOptions { Types = ["customer.created", "customer.subscription.updated"], Limit = 1 }));
        await AssertRefusedAsync(new EventListOptions { Type = "a", Types = ["b"] });
        await AssertRefusedAsync(new EventListOptions { Types = [.. Enumerable.Range(0, 21).Select(i => $"type{i}")] });

        async Task<List<string>> TypesAsync(EventListOptions options)
            => await simulator.Client().V1.Events.ListAutoPagingAsync(options, cancellationToken: Token).Select(one => one.Type).ToListAsync(Token);

        async Task AssertRefusedAsync(EventListOptions options)
            => Assert.Equal("types", (await RefusedAsync(() => TypesAsync(options))).StripeError!.Param);
    }

    [Fact]
    public async Task List_CreatedAndAge_BoundTheList()
    {
        var clock = new FakeTimeProvider();
        await using var simulator = await StartAsync(time: clock);
        var times = new List<DateTime>();
        for (var day = 0; day < 3; day++)
        {
            times.Add(clock.GetUtcNow().UtcDateTime);
            simulator.Customers.Create();
            clock.Advance(TimeSpan.FromDays(1));
        }

        var ids = simulator.Events.All.Select(one => one.Id).ToList();
        Assert.Equal([ids[2], ids[1]], await IdsAsync(simulator, new EventListOptions { Created = new DateRangeOptions { GreaterThanOrEqual = times[1] } }));
        Assert.Equal([ids[0]], await IdsAsync(simulator, new EventListOptions { Created = new DateRangeOptions { LessThan = times[1] } }));

        clock.Advance(TimeSpan.FromDays(27) + TimeSpan.FromSeconds(1));

        Assert.Equal([ids[2], ids[1]], await IdsAsync(simulator, new EventListOptions()));
        Assert.Equal("resource_missing", (await RefusedAsync(() => simulator.Client().V1.Events.GetAsync(ids[0], cancellationToken: Token))).StripeError!.Code);
        Assert.Equal(ids[1], (await simulator.Client().V1.Events.GetAsync(ids[1], cancellationToken: Token)).Id);
    }

    [Fact]
    public async Task List_DeliverySuccess_TellsPendingFromDelivered()
    {
        await using var receiver = await WebhookReceiverFake.StartAsync();
        await using var simulator = await StartAsync();
        simulator.Customers.Create();
        simulator.Webhooks.Add(receiver.Endpoint);
        simulator.Webhooks.Add(receiver.Endpoint);
        simulator.Webhooks.Disorder.DuplicateRate = 1;
        simulator.Customers.Create();
        await simulator.Webhooks.WhenDeliveredAsync(Token);
        simulator.Webhooks.Disorder.DropRate = 1;
        simulator.Customers.Create();

        var ids = simulator.Events.All.Select(one => one.Id).ToList();

        Assert.Equal([ids[1], ids[0]], await IdsAsync(simulator, new EventListOptions { DeliverySuccess = true }));
        Assert.Equal([ids[2]], await IdsAsync(simulator, new EventListOptions { DeliverySuccess = false }));
        Assert.Equal(2, (await simulator.Client().V1.Events.GetAsync(ids[2], cancellationToken: Token)).PendingWebhooks);
    }

    [Fact]
    public async Task CustomerChanges_OverHttp_AreToldWithTheirCause()
    {
        await using var simulator = await StartAsync();
        var customers = simulator.Customers();
        var made = await customers.CreateAsync(new CustomerCreateOptions { Name = "Ada" }, new RequestOptions { IdempotencyKey = "k" }, Token);
        await customers.UpdateAsync(made.Id, new CustomerUpdateOptions { Name = "Bea" }, cancellationToken: Token);
        await customers.UpdateAsync(made.Id, new CustomerUpdateOptions { Name = "Bea" }, cancellationToken: Token);
        await customers.DeleteAsync(made.Id, cancellationToken: Token);

        var told = simulator.Events.All.Select(one => EventUtility.ParseEvent(simulator.Events.JsonOf(one.Id))).ToList();

        Assert.Equal([EventTypes.CustomerCreated, EventTypes.CustomerUpdated, EventTypes.CustomerDeleted], told.Select(one => one.Type));
        Assert.Equal(["Ada", "Bea", "Bea"], told.Select(one => ((Customer)one.Data.Object!).Name));
        Assert.Equal(("k", made.StripeResponse!.RequestId), (told[0].Request!.IdempotencyKey, told[0].Request!.Id));
        Assert.Equal("Ada", told[1].RawJsonElement!.Value.GetProperty("data").GetProperty("previous_attributes").GetProperty("name").GetString());
    }

    private static async Task<List<string>> IdsAsync(StripeSimulator simulator, EventListOptions options)
        => await simulator.Client().V1.Events.ListAutoPagingAsync(options, cancellationToken: Token).Select(one => one.Id).ToListAsync(Token);
}
