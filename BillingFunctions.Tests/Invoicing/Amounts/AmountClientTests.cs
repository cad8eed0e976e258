using Azure.Data.Tables;
using BillingFunctions.Invoicing.Amounts;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.Simulators.Amounts;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Tests.Invoicing.Amounts;

/// <summary>Two instances of the app that ask one amount API and share nothing but storage.</summary>
public sealed class AmountClientTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private readonly List<ServiceProvider> _instances = [];
    private TableServiceClient _tables = null!;
    private AmountSimulator _amounts = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _tables = new TableServiceClient(azurite.NewAccount());
        await _tables.CreateTableIfNotExistsAsync(SharedRateLimits.Table, Token);
        _amounts = await AmountSimulator.StartAsync(new AmountSimulatorOptions(), Token);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var instance in _instances)
        {
            await instance.DisposeAsync();
        }

        await _amounts.DisposeAsync();
    }

    [Fact]
    public async Task AskAsync_AnotherInstanceHasUsedUpTheLimit_IsNotNowAndAsksNobody()
    {
        var (here, there) = (Instance("1/3600"), Instance("1/3600"));
        await AskAsync(here, "cus_1");

        var answer = await AskAsync(there, "cus_2");

        Assert.Equal((AmountOutcome.NotNow, 1), (answer.Outcome, _amounts.Calls.Total));
        Assert.InRange(answer.RetryAfter, TimeSpan.FromMinutes(59), TimeSpan.FromMinutes(63));
    }

    [Fact]
    public async Task AskAsync_TwoInstancesAtOnce_TogetherAskNoFasterThanTheLimit()
    {
        ServiceProvider[] instances = [Instance("20/1"), Instance("20/1")];

        await Parallel.ForAsync(0, 60, new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = Token }, async (number, _) =>
        {
            while ((await AskAsync(instances[number % 2], $"cus_{number}")).Outcome == AmountOutcome.NotNow)
            {
                // Its turn has not come.
            }
        });

        Assert.Equal(60, _amounts.Calls.Total);

        // A call may be that much longer on its way than one that follows it a window later.
        Assert.InRange(_amounts.Calls.MostInAnyWindow(TimeSpan.FromSeconds(0.9)), 15, 20);
    }

    [Fact]
    public async Task AskAsync_AnAnswerWithoutEnd_IsGivenUp()
    {
        _amounts.Answer("cus_1", 200, $$"""{ "amount": 1250, "currency": "usd", "note": "{{new string('x', 70_000)}}" }""");

        var answer = await AskAsync(Instance("1000/1"), "cus_1");

        Assert.Equal((AmountOutcome.Failed, "The amount API could not be reached (ConfigurationLimitExceeded)."), (answer.Outcome, answer.Reason));
    }

    [Fact]
    public async Task AskAsync_GarbageAgainAndAgain_OpensTheCircuit()
    {
        _amounts.Answer("cus_1", 200, "<html>We are working on it.</html>");
        var instance = Instance("1000/1");
        for (var number = 0; number < 20; number++)
        {
            Assert.Equal(AmountOutcome.Failed, (await AskAsync(instance, "cus_1")).Outcome);
        }

        var answer = await AskAsync(instance, "cus_1");

        Assert.Equal((AmountOutcome.NotNow, 20), (answer.Outcome, _amounts.Calls.Total));
        Assert.InRange(answer.RetryAfter, TimeSpan.FromSeconds(5), TimeSpan.FromSeconds(10));
    }

    private static Task<AmountAnswer> AskAsync(ServiceProvider instance, string customerId) =>
        instance.GetRequiredService<AmountClient>().AskAsync(new MonthlyInvoice { Month = InvoicingJobsDriver.Month, CustomerId = customerId }, currency: null, Token);

    private ServiceProvider Instance(string limit)
    {
        var settings = new Dictionary<string, string?> { ["Amounts:BaseUrl"] = _amounts.BaseUrl, ["Amounts:RateLimit"] = limit };
        var services = new ServiceCollection().AddLogging().AddSingleton(TimeProvider.System).AddSingleton(_tables)
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        services.AddAmounts();
        _instances.Add(services.BuildServiceProvider());
        return _instances[^1];
    }
}
