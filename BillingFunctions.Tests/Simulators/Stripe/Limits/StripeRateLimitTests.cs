using System.Net;
using BillingFunctions.Simulators.Limits;
using Microsoft.Extensions.Time.Testing;
using Stripe;
using static BillingFunctions.Testing.Fakes.StripeFake;

namespace BillingFunctions.Tests.Simulators.Stripe.Limits;

public sealed class StripeRateLimitTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Calls_SpreadOverTheEdgeOfASecond_AreLimitedInAnyWindow()
    {
        var clock = new FakeTimeProvider();
        await using var simulator = await StartAsync(1, clock, options => options with { AccountLimit = new RateLimit(4, Second) });
        var customers = simulator.Customers();
        var statuses = new List<int>();

        // A fixed window would let all of these pass
        foreach (var pause in new[] { 0.9, 0, 0, 0, 0.2, 0.79, 0.01 })
        {
            clock.Advance(TimeSpan.FromSeconds(pause));
            statuses.Add(await StatusAsync(customers));
        }

        Assert.Equal([200, 200, 200, 200, 429, 429, 200], statuses);
        Assert.Equal(2, simulator.Calls.RateLimited["global-rate"]);
        Assert.Equal(4, simulator.Calls.MostInAnyWindow(Second, call => call.Status == 200));
        Assert.Equal(6, simulator.Calls.MostInAnyWindow(Second));
    }

    [Fact]
    public async Task Calls_OfOneEndpoint_AreLimitedByItselfAndByAccount()
    {
        var clock = new FakeTimeProvider();
        await using var simulator = await StartAsync(1, clock, options => options with
        {
            AccountLimit = new RateLimit(3, Second),
            EndpointLimit = new RateLimit(2, Second),
        });
        var customers = simulator.Customers();
        await StatusAsync(customers);
        await StatusAsync(customers);

        Assert.Equal("endpoint-rate", await ReasonAsync(() => customers.ListAsync(cancellationToken: Token)));
        await customers.CreateAsync(new CustomerCreateOptions(), cancellationToken: Token);
        Assert.Equal("global-rate", await ReasonAsync(() => customers.CreateAsync(new CustomerCreateOptions(), cancellationToken: Token)));
        Assert.Equal(200, await StatusAsync(simulator.Client("sk_test_other").V1.Customers));
        Assert.Equal(4, simulator.Calls.ByEndpoint["GET /v1/customers"]);
        Assert.Equal(1, simulator.CustomerCount - 1);
    }

    [Fact]
    public async Task Calls_ManyAtOnce_NeverExceedTheLimitInAnyWindow()
    {
        await using var simulator = await StartAsync(1, change: options => options with { AccountLimit = new RateLimit(20, TimeSpan.FromMilliseconds(200)) });
        var customers = simulator.Customers();

        var statuses = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            var mine = new List<int>();
            for (var i = 0; i < 40; i++)
            {
                mine.Add(await StatusAsync(customers));
            }

            return mine;
        })));

        var accepted = simulator.Calls.MostInAnyWindow(TimeSpan.FromMilliseconds(200), call => call.Status == 200);
        Assert.Equal(20, accepted);
        Assert.Equal(statuses.Sum(mine => mine.Count(status => status == 429)), simulator.Calls.RateLimited["global-rate"]);
    }

    [Fact]
    public async Task UseOf_EvenCallsAtHalfTheLimit_IsHalf()
    {
        var clock = new FakeTimeProvider();
        await using var simulator = await StartAsync(1, clock);
        var customers = simulator.Customers();
        for (var i = 0; i < 21; i++)
        {
            await StatusAsync(customers);
            clock.Advance(TimeSpan.FromMilliseconds(100));
        }

        Assert.Equal(0.5, simulator.Calls.UseOf(new RateLimit(20, Second)), 3);
        Assert.Equal(10, simulator.Calls.MostInAnyWindow(Second));
        Assert.Equal(TimeSpan.FromMilliseconds(100), simulator.Calls.Latest[1].At - simulator.Calls.Latest[0].At);
    }

    [Fact]
    public async Task MostInAnyMinute_CallsOfSeveralEndpoints_CountTogether()
    {
        var clock = new FakeTimeProvider();
        await using var simulator = await StartAsync(1, clock);
        var customers = simulator.Customers();
        for (var i = 0; i < 5; i++)
        {
            await StatusAsync(customers);
            await customers.CreateAsync(new CustomerCreateOptions(), cancellationToken: Token);
            clock.Advance(TimeSpan.FromSeconds(20));
        }

        Assert.Equal(6, simulator.Calls.MostInAnyMinute());
    }

    [Fact]
    public async Task Latest_MoreThanKept_DropsTheOldest()
    {
        var clock = new FakeTimeProvider();
        await using var simulator = await StartAsync(1, clock, options => options with { RecordedCalls = 5 });
        for (var i = 0; i < 8; i++)
        {
            await StatusAsync(simulator.Customers());
            clock.Advance(Second);
        }

        Assert.Equal([3, 4, 5, 6, 7], simulator.Calls.Latest.Select(call => (int)call.At.TotalSeconds));
        Assert.Equal(8, simulator.Calls.Total);
    }

    private static async Task<int> StatusAsync(CustomerService customers)
    {
        try
        {
            return (int)(await customers.ListAsync(cancellationToken: Token)).StripeResponse!.StatusCode;
        }
        catch (StripeException exception) when (exception.HttpStatusCode == HttpStatusCode.TooManyRequests)
        {
            return 429;
        }
    }

    private static async Task<string> ReasonAsync(Func<Task> call)
        => (await RefusedAsync(call)).StripeResponse!.Headers!.GetValues("Stripe-Rate-Limited-Reason").Single();
}
