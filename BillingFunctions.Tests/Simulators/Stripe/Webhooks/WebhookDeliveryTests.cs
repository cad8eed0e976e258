using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Webhooks;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Fakes;
using Microsoft.Extensions.Time.Testing;
using Stripe;
using WebhookEndpoint = BillingFunctions.Simulators.Stripe.Webhooks.WebhookEndpoint;

namespace BillingFunctions.Tests.Simulators.Stripe.Webhooks;

public sealed class WebhookDeliveryTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Publish_WithoutDisorder_DeliversEachEventOnceInOrderAndSigned()
    {
        await using var receiver = await WebhookReceiverFake.StartAsync();
        await using var simulator = await StartAsync(receiver);

        simulator.Subscriptions.Create(simulator.Customers.Create("Ada", "ada@example.com"));
        await simulator.Webhooks.WhenDeliveredAsync(Token);

        Assert.Equal(simulator.Events.All.Select(happened => happened.Id), receiver.Received.Select(received => received.Id));
        Assert.NotEmpty(receiver.Received);
        Assert.All(receiver.Received, received => Assert.Equal(StripeApiVersions.Newest, received.ApiVersion));
        Assert.All(simulator.Webhooks.Deliveries, delivery => Assert.Equal(WebhookState.Delivered, delivery.State));
        Assert.All(receiver.Raw, raw => EventUtility.ConstructEvent(raw.Body, raw.Signature, WebhookReceiverFake.Secret));
    }

    [Fact]
    public async Task Publish_SeveralSecrets_SignsWithEach()
    {
        await using var receiver = await WebhookReceiverFake.StartAsync();
        await using var simulator = await StartAsync();
        simulator.Webhooks.Add(receiver.Endpoint with { Secrets = ["whsec_old", WebhookReceiverFake.Secret] });

        simulator.Customers.Create();
        await simulator.Webhooks.WhenDeliveredAsync(Token);

        var (body, signature) = Assert.Single(receiver.Raw);
        EventUtility.ValidateSignature(body, signature, "whsec_old");
        EventUtility.ValidateSignature(body, signature, WebhookReceiverFake.Secret);
        Assert.Throws<StripeException>(() => EventUtility.ValidateSignature(body, signature, "whsec_new"));
    }

    [Fact]
    public async Task Publish_TypesAndVersionOfTheEndpoint_AreKept()
    {
        await using var receiver = await WebhookReceiverFake.StartAsync();
        await using var simulator = await StartAsync();
        simulator.Webhooks.Add(receiver.Endpoint with { ApiVersion = StripeApiVersions.BeforeBasil, Types = ["invoice.paid", "customer.subscription.created"] });

        var subscription = simulator.Subscriptions.Create(simulator.Customers.Create());
        await simulator.Webhooks.WhenDeliveredAsync(Token);

        Assert.Equal(["customer.subscription.created", "invoice.paid"], receiver.Received.Select(received => received.Type));
        Assert.All(receiver.Received, received => Assert.Equal(StripeApiVersions.BeforeBasil, received.ApiVersion));
        var (created, paid) = (receiver.Received[0].Data.Object as Subscription, receiver.Received[1].Data.Object as Invoice);
        Assert.Equal(subscription.PeriodEnd, created!.RawJsonElement!.Value.GetProperty("current_period_end").GetInt64());
        Assert.Equal(DateTime.UnixEpoch, created.Items.Data[0].CurrentPeriodEnd);
        Assert.Equal(subscription.Id, paid!.RawJsonElement!.Value.GetProperty("subscription").GetString());
        Assert.Null(paid.Parent);
    }

    [Fact]
    public async Task Publish_EndpointFails_TriesAgainWithGrowingDelaysAndNewSignatures()
    {
        var clock = new ClockFake(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        await using var receiver = await WebhookReceiverFake.StartAsync();
        await using var simulator = await StartAsync(receiver, time: clock);
        simulator.Webhooks.Retries = new WebhookRetries { FirstDelay = TimeSpan.FromMinutes(1), LongestDelay = TimeSpan.FromMinutes(3) };
        receiver.Answer(500, 302, 0, 429, 204);

        simulator.Customers.Create();
        foreach (var minutes in new[] { 1, 2, 3, 3 })
        {
            await clock.UntilSetAsync(TimeSpan.FromMinutes(minutes));
            clock.Advance(TimeSpan.FromMinutes(minutes));
        }

        await simulator.Webhooks.WhenDeliveredAsync(Token);

        var delivery = Assert.Single(simulator.Webhooks.Deliveries);
        Assert.Equal([500, 302, null, 429, 204], delivery.Attempts.Select(attempt => attempt.Status));
        Assert.Equal(WebhookState.Delivered, delivery.State);
        var times = receiver.Raw.Select(raw => long.Parse(raw.Signature.Split(',')[0][2..], null)).ToList();
        Assert.Equal([60, 120, 180, 180], times.Zip(times[1..], (first, second) => second - first));
        Assert.Single(receiver.Received);
    }

    [Fact]
    public async Task Publish_EndpointNeverAccepts_GivesUpAndIsListedAsUndelivered()
    {
        await using var receiver = await WebhookReceiverFake.StartAsync();
        await using var simulator = await StartAsync(receiver);
        simulator.Webhooks.Retries = new WebhookRetries { MostAttempts = 3, FirstDelay = TimeSpan.FromMilliseconds(1) };
        receiver.Answer(500, 500, 500);

        simulator.Customers.Create();
        await simulator.Webhooks.WhenDeliveredAsync(Token);

        var delivery = Assert.Single(simulator.Webhooks.Deliveries);
        Assert.Equal((WebhookState.Failed, 3), (delivery.State, delivery.Attempts.Count));
        Assert.Equal([delivery.EventId], await UndeliveredAsync(simulator));

        simulator.Webhooks.Resend(delivery.EventId);
        await simulator.Webhooks.WhenDeliveredAsync(Token);

        Assert.Equal(WebhookState.Delivered, delivery.State);
        Assert.Empty(await UndeliveredAsync(simulator));
    }

    [Fact]
    public async Task Publish_EndpointHangs_CountsAsFailedAfterTheTimeout()
    {
        await using var simulator = await StartAsync();
        using var silent = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        silent.Start();
        simulator.Webhooks.Add(new WebhookEndpoint(new Uri($"http://{silent.LocalEndpoint}/"), "whsec_1"));
        simulator.Webhooks.Retries = new WebhookRetries { MostAttempts = 1, Timeout = TimeSpan.FromMilliseconds(100) };

        simulator.Customers.Create();
        await simulator.Webhooks.WhenDeliveredAsync(Token);

        Assert.Null(Assert.Single(simulator.Webhooks.Deliveries[0].Attempts).Status);
        Assert.Equal(WebhookState.Failed, simulator.Webhooks.Deliveries[0].State);
    }

    [Fact]
    public async Task Disorder_Duplicates_SendsAShareTwice()
    {
        var (received, simulated) = await PlayAsync(100, disorder => disorder.DuplicateRate = 0.3);

        var twice = received.GroupBy(id => id).Where(group => group.Count() == 2).Select(group => group.Key).ToList();
        Assert.InRange(twice.Count, 15, 45);
        Assert.Equal(simulated.Count + twice.Count, received.Count);
        Assert.Equal(simulated, received.Distinct());
    }

    [Fact]
    public async Task Disorder_Drops_NeverSendsAShareThatStaysListed()
    {
        await using var receiver = await WebhookReceiverFake.StartAsync();
        await using var simulator = await StartAsync(receiver);
        simulator.Webhooks.Disorder.DropRate = 0.3;

        Create(simulator, 100);
        await simulator.Webhooks.WhenDeliveredAsync(Token);

        var dropped = simulator.Webhooks.Deliveries.Where(delivery => delivery.State == WebhookState.Dropped).Select(delivery => delivery.EventId).ToList();
        Assert.InRange(dropped.Count, 15, 45);
        Assert.Equal(100, receiver.Received.Count + dropped.Count);
        Assert.Empty(receiver.Received.Select(received => received.Id).Intersect(dropped));
        Assert.Equal(dropped.Order(StringComparer.Ordinal), (await UndeliveredAsync(simulator)).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Disorder_Reorders_LetsLaterOnesOvertakeByAtMostSoMany()
    {
        var (received, simulated) = await PlayAsync(100, disorder => (disorder.ReorderRate, disorder.MostOvertaking) = (0.3, 5));

        Assert.NotEqual(simulated, received);
        Assert.Equal(simulated.Order(StringComparer.Ordinal), received.Order(StringComparer.Ordinal));
        Assert.InRange(received.Index().Max(place => place.Index - simulated.IndexOf(place.Item)), 1, 10);
    }

    [Fact]
    public async Task Disorder_ReorderedLastEvent_GoesWhenNobodyOvertakesIt()
    {
        await using var receiver = await WebhookReceiverFake.StartAsync();
        await using var simulator = await StartAsync(receiver);
        (simulator.Webhooks.Disorder.ReorderRate, simulator.Webhooks.Disorder.HoldAtMost) = (1, TimeSpan.FromMilliseconds(20));

        simulator.Customers.Create();

        await Poll.UntilAsync(() => Task.FromResult(receiver.Received.Count), count => count == 1);
    }

    [Fact]
    public async Task Disorder_Delays_SendsAShareLater()
    {
        var clock = new FakeTimeProvider();
        await using var receiver = await WebhookReceiverFake.StartAsync();
        await using var simulator = await StartAsync(receiver, time: clock);
        (simulator.Webhooks.Disorder.DelayRate, simulator.Webhooks.Disorder.LongestDelay) = (0.5, TimeSpan.FromHours(1));

        // A try under way must not see the hour that is about to pass
        simulator.Webhooks.Retries = new WebhookRetries { Timeout = Timeout.InfiniteTimeSpan };

        Create(simulator, 20);
        var all = simulator.Webhooks.WhenDeliveredAsync(Token);
        await Poll.UntilAsync(() => Task.FromResult(receiver.Received.Count), count => count > 0);
        Assert.False(all.IsCompleted);
        clock.Advance(TimeSpan.FromHours(1));
        await all;

        var (simulated, received) = (simulator.Events.All.Select(happened => happened.Id).ToList(), receiver.Received.Select(one => one.Id).ToList());
        Assert.NotEqual(simulated, received);
        Assert.Equal(simulated.Order(StringComparer.Ordinal), received.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Disorder_SameSeed_MakesTheSameChoicesWhateverTheOtherRates()
    {
        var first = await PlayAsync(50, disorder => disorder.DuplicateRate = 0.3);
        var again = await PlayAsync(50, disorder => (disorder.DuplicateRate, disorder.ReorderRate) = (0.3, 0.2));
        var other = await PlayAsync(50, disorder => disorder.DuplicateRate = 0.3, seed: 8);

        Assert.Equal(Doubled(first), Doubled(again));
        Assert.NotEqual(Doubled(first), Doubled(other));

        static List<int> Doubled((List<string> Received, List<string> Simulated) played)
            => [.. played.Simulated.Index().Where(place => played.Received.Count(id => id == place.Item) == 2).Select(place => place.Index)];
    }

    [Fact]
    public async Task TwinRate_One_MakesTwoEventsOfEachChange()
    {
        await using var simulator = await StartAsync();
        simulator.Events.TwinRate = 1;

        var customer = simulator.Customers.Create();

        Assert.Equal(2, simulator.Events.All.Count);
        Assert.Equal(2, simulator.Events.All.Select(happened => happened.Id).Distinct().Count());
        Assert.All(simulator.Events.All, happened => Assert.Equal((customer, "customer.created"), (happened.ObjectId, happened.Type)));
    }

    private static Task<StripeSimulator> StartAsync(WebhookReceiverFake receiver, int seed = 7, TimeProvider? time = null)
        => StripeFake.StartAsync(time: time, change: options => options with
        {
            WebhookEndpoints = [receiver.Endpoint],
            WebhookConcurrency = 1,
            WebhookSeed = seed,
        });

    private static Task<StripeSimulator> StartAsync()
        => StripeFake.StartAsync(change: options => options with { WebhookConcurrency = 1 });

    private static void Create(StripeSimulator simulator, int count)
    {
        for (var i = 0; i < count; i++)
        {
            simulator.Customers.Create();
        }
    }

    private static async Task<(List<string> Received, List<string> Simulated)> PlayAsync(int count, Action<WebhookDisorder> change, int seed = 7)
    {
        await using var receiver = await WebhookReceiverFake.StartAsync();
        await using var simulator = await StartAsync(receiver, seed);
        change(simulator.Webhooks.Disorder);
        Create(simulator, count);
        await simulator.Webhooks.WhenDeliveredAsync(Token);
        return ([.. receiver.Received.Select(received => received.Id)], [.. simulator.Events.All.Select(happened => happened.Id)]);
    }

    private static async Task<List<string>> UndeliveredAsync(StripeSimulator simulator)
        => await simulator.Client().V1.Events.ListAutoPagingAsync(new EventListOptions { DeliverySuccess = false, Limit = 100 }, cancellationToken: Token)
            .Select(happened => happened.Id).ToListAsync(Token);
}
