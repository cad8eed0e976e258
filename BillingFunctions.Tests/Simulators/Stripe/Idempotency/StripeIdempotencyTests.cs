using System.Net;
using BillingFunctions.Simulators.Stripe.Faults;
using BillingFunctions.Testing.Fakes;
using Microsoft.Extensions.Time.Testing;
using Stripe;
using static BillingFunctions.Testing.Fakes.StripeFake;

namespace BillingFunctions.Tests.Simulators.Stripe.Idempotency;

public sealed class StripeIdempotencyTests
{
    private static readonly RequestOptions Key = new() { IdempotencyKey = "key-1" };

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Post_SameKeyAndBody_ReplaysTheFirstAnswer()
    {
        await using var simulator = await StartAsync();
        var customers = simulator.Customers();

        var first = await CreateAsync(customers, "A");
        var second = await CreateAsync(customers, "A");

        Assert.Equal(first.Id, second.Id);
        Assert.Equal(1, simulator.CustomerCount);
        Assert.False(first.StripeResponse!.Headers!.Contains("Idempotent-Replayed"));
        Assert.Equal("true", second.StripeResponse!.Headers!.GetValues("Idempotent-Replayed").Single());
        Assert.Equal("key-1", second.StripeResponse.IdempotencyKey);
        Assert.NotEqual(first.StripeResponse.RequestId, second.StripeResponse.RequestId);
    }

    [Fact]
    public async Task Post_SameKeyOtherBody_IsIdempotencyError()
    {
        await using var simulator = await StartAsync();
        var customers = simulator.Customers();
        await CreateAsync(customers, "A");

        var refused = await RefusedAsync(() => CreateAsync(customers, "B"));

        Assert.Equal((400, "idempotency_error"), ((int)refused.HttpStatusCode, refused.StripeError!.Type));
        Assert.Equal(1, simulator.CustomerCount);
    }

    [Fact]
    public async Task Post_SameKeyOtherAccount_IsAnotherCall()
    {
        await using var simulator = await StartAsync();

        await CreateAsync(simulator.Customers(), "A");
        await CreateAsync(simulator.Client("sk_test_2").V1.Customers, "B");

        Assert.Equal(2, simulator.CustomerCount);
    }

    [Fact]
    public async Task Post_FirstStillUnderWay_IsConflict()
    {
        var clock = new ClockFake(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
        await using var simulator = await StartAsync(time: clock);
        simulator.Faults.Latency = TimeSpan.FromSeconds(5);
        var customers = simulator.Customers();
        var first = CreateAsync(customers, "A");
        await clock.UntilSetAsync(TimeSpan.FromSeconds(5));

        var refused = await RefusedAsync(() => CreateAsync(customers, "A"));
        clock.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal((HttpStatusCode.Conflict, "idempotency_key_in_use"), (refused.HttpStatusCode, refused.StripeError!.Code));
        Assert.NotNull((await first).Id);
    }

    [Fact]
    public async Task Post_RefusedFirst_MayBeCorrectedUnderTheSameKey()
    {
        await using var simulator = await StartAsync();
        var customers = simulator.Customers();
        await RefusedAsync(() => customers.CreateAsync(new CustomerCreateOptions { Email = "wrong" }, Key, Token));
        simulator.Faults.Plan(Fault.RateLimit);
        await RefusedAsync(() => CreateAsync(customers, "A"));

        Assert.Equal("B", (await CreateAsync(customers, "B")).Name);
    }

    [Fact]
    public async Task Post_ServerError_IsReplayedUnderTheSameKey()
    {
        await using var simulator = await StartAsync();
        simulator.Faults.Plan(Fault.ServerError);

        var refused = await RefusedAsync(() => CreateAsync(simulator.Client(retries: 2).V1.Customers, "A"));

        Assert.Equal(HttpStatusCode.InternalServerError, refused.HttpStatusCode);
        Assert.Equal("true", refused.StripeResponse!.Headers!.GetValues("Idempotent-Replayed").Single());
        Assert.Equal((3, 0), (simulator.Calls.Total, simulator.CustomerCount));
    }

    [Fact]
    public async Task Post_CutAfterTheWork_IsFinishedByTheRetry()
    {
        await using var simulator = await StartAsync();
        simulator.Faults.Plan(Fault.CutAfter, Fault.CutBefore);

        var made = await CreateAsync(simulator.Client(retries: 2).V1.Customers, "A");

        Assert.Equal("A", made.Name);
        Assert.Equal((3, 1), (simulator.Calls.Total, simulator.CustomerCount));
    }

    [Fact]
    public async Task Post_AfterADay_IsForgotten()
    {
        var clock = new FakeTimeProvider();
        await using var simulator = await StartAsync(time: clock);
        var customers = simulator.Customers();
        await CreateAsync(customers, "A");
        clock.Advance(TimeSpan.FromHours(24));

        await CreateAsync(customers, "B");

        Assert.Equal(2, simulator.CustomerCount);
    }

    private static Task<Customer> CreateAsync(CustomerService customers, string name)
        => customers.CreateAsync(new CustomerCreateOptions { Name = name }, Key, Token);
}
