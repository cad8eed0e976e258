using System.Text.Json;
using Azure.Data.Tables;
using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.Platform.Shadow;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Simulators.Stripe;
using BillingFunctions.Simulators.Stripe.Faults;
using BillingFunctions.Testing.Fakes;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Tests.Platform.Stripe;

/// <summary>What the app makes of the shared limiter and of Stripe's own refusals.</summary>
public sealed class StripeRateLimitTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly ClockFake _time = new(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero)) { SkippedDelays = TimeSpan.FromSeconds(2) };
    private TableServiceClient _tables = null!;
    private StripeSimulator _stripe = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _tables = new TableServiceClient(azurite.NewAccount());
        await _tables.CreateTableIfNotExistsAsync(SharedRateLimits.Table, Token);
        _stripe = await StripeFake.StartAsync(customers: 3);
    }

    public ValueTask DisposeAsync() => _stripe.DisposeAsync();

    [Fact]
    public async Task List_PermitComesLater_SaysHowLongTheRequestWaited()
    {
        using var clients = Clients("1/1");

        var first = await PageAsync(clients);
        var second = await PageAsync(clients);

        Assert.Equal(TimeSpan.Zero, first.Waited);
        Assert.InRange(second.Waited, TimeSpan.FromSeconds(0.5), TimeSpan.FromSeconds(2));
    }

    [Fact]
    public async Task List_NoPermitWithinThePatience_ThrowsWithATimeWithoutACall()
    {
        using var clients = Clients("1/3600");
        await PageAsync(clients);

        var throttled = await Assert.ThrowsAsync<StripeThrottledException>(() => PageAsync(clients));

        Assert.InRange(throttled.RetryAt - _time.GetUtcNow(), TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(63));
        Assert.Equal(1, _stripe.Calls.Total);
    }

    [Fact]
    public async Task List_StripeRefuses_ThrowsWithATimeAndSlowsTheLimitDown()
    {
        using var clients = Clients("1000/1");
        _stripe.Faults.Plan(Fault.RateLimit);

        var throttled = await Assert.ThrowsAsync<StripeThrottledException>(() => PageAsync(clients));

        Assert.InRange(throttled.RetryAt - _time.GetUtcNow(), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2));
        var slowed = await _tables.GetTableClient(SharedRateLimits.Table).QueryAsync<TableEntity>(row => row.PartitionKey != "", cancellationToken: Token)
            .SingleAsync(row => row.GetInt32("SlowSteps") == 1, Token);
        Assert.Single(JsonSerializer.Deserialize<Dictionary<string, int>>(slowed.GetString("Throttles"))!.Values, 1);
    }

    private StripeClients Clients(string limit) => new(
        _tables,
        Options.Create(new StripeOptions { ApiKey = "sk_test_limits", ApiBase = _stripe.BaseUrl, RateLimit = limit, EndpointRateLimit = "1000/1" }),
        Options.Create(new ShadowOptions()),
        _time,
        NullLogger<StripeClients>.Instance);

    private static async Task<StripePage> PageAsync(StripeClients clients) =>
        StripePage.Read((await clients.For(StripeLane.Export).V1.Customers.ListAsync(cancellationToken: Token)).StripeResponse!, after: null);
}
