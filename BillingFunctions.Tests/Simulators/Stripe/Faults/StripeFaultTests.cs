using BillingFunctions.Simulators.Stripe.Faults;
using Stripe;
using static BillingFunctions.Testing.Fakes.StripeFake;

namespace BillingFunctions.Tests.Simulators.Stripe.Faults;

public sealed class StripeFaultTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Rates_SameSeed_FailTheSameCallsInTheSameWay()
    {
        var (first, again, other) = (await PlayAsync(7), await PlayAsync(7), await PlayAsync(8));

        Assert.Equal(first, again);
        Assert.NotEqual(first, other);
        Assert.Equal(["200", "429", "500", "cut"], first.Distinct().Order(StringComparer.Ordinal));

        static async Task<List<string>> PlayAsync(int seed)
        {
            await using var simulator = await StartAsync(1, change: options => options with { FaultSeed = seed });
            simulator.Faults.RateLimitRate = 0.2;
            simulator.Faults.ServerErrorRate = 0.2;
            simulator.Faults.CutBeforeRate = 0.1;
            simulator.Faults.CutAfterRate = 0.1;
            var customers = simulator.Customers();
            var outcomes = new List<string>();
            for (var i = 0; i < 100; i++)
            {
                outcomes.Add(await OutcomeAsync(customers));
            }

            return outcomes;
        }
    }

    [Fact]
    public async Task Timeout_Planned_HangsUntilTheClientGivesUp()
    {
        await using var simulator = await StartAsync(1);
        simulator.Faults.Plan(Fault.Timeout);

        var thrown = await Assert.ThrowsAsync<TaskCanceledException>(
            () => simulator.Client(timeout: TimeSpan.FromMilliseconds(200)).V1.Customers.ListAsync(cancellationToken: Token));

        Assert.IsType<TimeoutException>(thrown.InnerException);
    }

    [Fact]
    public async Task Timeout_Planned_IsRetriedByTheClient()
    {
        await using var simulator = await StartAsync(1);
        simulator.Faults.Plan(Fault.Timeout);
        var client = simulator.Client(retries: 1, timeout: TimeSpan.FromMilliseconds(500));

        Assert.Single((await client.V1.Customers.ListAsync(cancellationToken: Token)).Data);
        Assert.Equal(2, simulator.Calls.Total);
    }

    [Fact]
    public async Task Timeout_LongerThanTheSimulatorHangs_IsCut()
    {
        await using var simulator = await StartAsync(1);
        simulator.Faults.TimeoutAfter = TimeSpan.FromMilliseconds(50);
        simulator.Faults.TimeoutRate = 1;

        Assert.Equal("cut", await OutcomeAsync(simulator.Customers()));
    }

    [Fact]
    public async Task CutBefore_Planned_DoesNothingAndCutAfterDoes()
    {
        await using var simulator = await StartAsync();
        simulator.Faults.Plan(Fault.CutBefore, Fault.CutAfter);
        var customers = simulator.Customers();

        await Assert.ThrowsAsync<HttpRequestException>(() => customers.CreateAsync(new CustomerCreateOptions(), cancellationToken: Token));
        Assert.Equal(0, simulator.CustomerCount);

        await Assert.ThrowsAsync<HttpRequestException>(() => customers.CreateAsync(new CustomerCreateOptions(), cancellationToken: Token));
        Assert.Equal(1, simulator.CustomerCount);
    }

    [Fact]
    public async Task DisposeAsync_CallHanging_DoesNotWaitForIt()
    {
        var simulator = await StartAsync(1);
        simulator.Faults.Plan(Fault.Timeout);
        var call = simulator.Customers().ListAsync(cancellationToken: Token);

        await simulator.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(10), Token);

        await Assert.ThrowsAsync<HttpRequestException>(() => call);
    }

    private static async Task<string> OutcomeAsync(CustomerService customers)
    {
        try
        {
            await customers.ListAsync(cancellationToken: Token);
            return "200";
        }
        catch (StripeException exception)
        {
            return $"{(int)exception.HttpStatusCode}";
        }
        catch (HttpRequestException)
        {
            return "cut";
        }
    }
}
