using Azure.Storage.Queues;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Simulators.Stripe.Faults;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;
using BillingFunctions.Webhooks;
using BillingFunctions.Webhooks.Inbox;
using BillingFunctions.Webhooks.Reconciling;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Stripe;

namespace BillingFunctions.Tests.Webhooks.Reconciling;

/// <summary>The reconciler against a simulated Stripe that sends no webhooks, days passing at will.</summary>
public sealed class EventReconcilerTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly ShiftedTime _time = new();
    private StripeSimulator _stripe = null!;
    private ServiceProvider _services = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private EventReconciler Reconciler => _services.GetRequiredService<EventReconciler>();

    private InboxStore Store => _services.GetRequiredService<InboxStore>();

    public async ValueTask InitializeAsync()
    {
        _stripe = await StripeFake.StartAsync(time: _time);
        var settings = new Dictionary<string, string?>
        {
            ["BillingStorage"] = azurite.NewAccount(),
            ["Stripe:ApiKey"] = "sk_test_reconciler",
            ["Stripe:ApiBase"] = _stripe.BaseUrl,
            ["Stripe:RateLimit"] = "1000/1",
            ["Stripe:EndpointRateLimit"] = "1000/1",
        };
        var services = new ServiceCollection().AddLogging().AddSingleton<TimeProvider>(_time)
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        _services = services.AddStorage().AddFailedJobs().AddStripe().AddWebhooks().BuildServiceProvider();
        foreach (var setup in _services.GetServices<IHostedService>().OfType<IHostedLifecycleService>())
        {
            await setup.StartingAsync(Token);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _services.DisposeAsync();
        await _stripe.DisposeAsync();
    }

    [Fact]
    public async Task ContinueAsync_EachTime_LooksAtWhatIsNew()
    {
        _stripe.Customers.Create("one", "one@example.com");
        _time.Pass(TimeSpan.FromHours(1));
        var first = await Reconciler.ContinueAsync(Token);
        _stripe.Customers.Create("two", "two@example.com");

        var second = await Reconciler.ContinueAsync(Token);

        Assert.Equal((1, 1), (first.Checked, first.Missing));
        Assert.Equal((1, 1), (second.Checked, second.Missing));
    }

    /// <summary>The app was down, or its endpoint disabled, for longer than Stripe tries to deliver: it lists for thirty days.</summary>
    [Fact]
    public async Task ContinueAsync_AfterTenDaysOfSilence_FindsTheFirstDayToo()
    {
        await Reconciler.ContinueAsync(Token);
        _time.Pass(TimeSpan.FromHours(1));
        _stripe.Customers.Create("early", "early@example.com");
        _time.Pass(TimeSpan.FromDays(10));
        _stripe.Customers.Create("late", "late@example.com");

        var report = await Reconciler.ContinueAsync(Token);

        Assert.Equal((2, 2), (report.Checked, report.Missing));
        foreach (var one in _stripe.Events.All)
        {
            Assert.Equal(EventStatus.Received, Assert.Single(await Store.SearchAsync(one.Id, Token)).Status);
        }
    }

    [Fact]
    public async Task ContinueAsync_CutOffInTheMiddle_GoesOnWhereItWas()
    {
        await Reconciler.ContinueAsync(Token);
        _time.Pass(TimeSpan.FromDays(5));
        _stripe.Customers.Create("late", "late@example.com");

        // Two calls a day: two days pass, and in the third Stripe fails more often than the SDK tries.
        _stripe.Faults.Plan(Fault.None, Fault.None, Fault.None, Fault.None, Fault.ServerError, Fault.ServerError, Fault.ServerError);
        await Assert.ThrowsAsync<StripeException>(() => Reconciler.ContinueAsync(Token));

        var report = await Reconciler.ContinueAsync(Token);

        Assert.InRange(_time.GetUtcNow() - report.From, TimeSpan.FromDays(2.9), TimeSpan.FromDays(3.1));
        Assert.Equal((1, 1), (report.Checked, report.Missing));
    }

    [Fact]
    public async Task RunAsync_ReceivedLongAgo_IsQueuedAgainWithOthersInOneMessage()
    {
        _stripe.Customers.Create("one", "one@example.com");
        _stripe.Customers.Create("two", "two@example.com");
        await Reconciler.RunAsync(from: null, Token);
        var queue = _services.GetRequiredService<QueueServiceClient>().GetQueueClient(StripeEventBatch.Queue);
        await queue.ClearMessagesAsync(Token);
        _time.Pass(TimeSpan.FromMinutes(5));
        var early = await Reconciler.RunAsync(from: null, Token);
        _time.Pass(TimeSpan.FromMinutes(20));

        var late = await Reconciler.RunAsync(from: null, Token);

        Assert.Equal((0, 0), (early.Missing, early.Stuck));
        Assert.Equal((0, 2), (late.Missing, late.Stuck));
        Assert.Single((await queue.ReceiveMessagesAsync(32, cancellationToken: Token)).Value);
    }

    /// <summary>The time of now, and what a test adds.</summary>
    private sealed class ShiftedTime : TimeProvider
    {
        private TimeSpan _passed;

        public void Pass(TimeSpan time) => _passed += time;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow() + _passed;
    }
}
