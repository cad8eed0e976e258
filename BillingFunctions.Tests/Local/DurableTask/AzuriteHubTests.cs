using System.Diagnostics;
using Azure.Data.Tables;
using BillingFunctions.Local.DurableTask.Store;
using BillingFunctions.Tests.Fixtures;
using BillingFunctions.Tests.Local.DurableTask.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Tests.Local.DurableTask;

/// <summary>The engine on real tables.</summary>
public sealed class AzuriteHubTests
{
    private readonly string _connection;
    private readonly TableServiceClient _tables;

    public AzuriteHubTests(AzuriteFixture azurite)
    {
        _connection = azurite.NewAccount();
        _tables = new TableServiceClient(_connection);
    }

    [Fact]
    public async Task FanOut_ThousandActivities_IsFast()
    {
        await using var engines = new Engines();
        var client = await StartAsync(engines, new FakeFunctions()
            .Activity<int>("Square", input => input * input)
            .Orchestrator("FanOut", async context =>
                (await Task.WhenAll(Enumerable.Range(0, 1000).Select(i => context.CallActivityAsync<int>("Square", i)))).Sum()));
        var watch = Stopwatch.StartNew();

        Assert.Equal(332_833_500, await client.ResultAsync<int>("FanOut", id: "fan"));

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(15));
        TestContext.Current.TestOutputHelper?.WriteLine($"1,000 activities: {watch.Elapsed.TotalSeconds:0.00} s");
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task Payloads_OfSeveralMegabytes_AreKept(bool forceReplay)
    {
        await using var engines = new Engines { ForceReplay = forceReplay };
        var functions = new FakeFunctions()
            .Activity<string>("Echo", input => input)
            .Orchestrator("Large", async context => await context.CallActivityAsync<string>("Echo", context.GetInput<string>()));
        var client = await StartAsync(engines, functions);
        var text = new string('ü', 1_500_000);

        Assert.Equal(text, await client.ResultAsync<string>("Large", text, "large"));

        await client.UntilAsync("large", found => found.IsCompleted);
        Assert.Equal(text, (await client.GetInstanceAsync("large", getInputsAndOutputs: true))!.ReadInputAs<string>());
    }

    [Fact]
    public async Task CustomStatus_LargerThanAProperty_IsKept()
    {
        await using var engines = new Engines();
        var status = new string('ü', 100_000);
        var client = await StartAsync(engines, new FakeFunctions().Orchestrator("Shows", context =>
        {
            context.SetCustomStatus(status);
            return Task.CompletedTask;
        }));
        await client.ResultAsync<object?>("Shows", id: "shows");

        var stored = await client.GetAllInstancesAsync(new OrchestrationQuery(FetchInputsAndOutputs: true))
            .SingleAsync(TestContext.Current.CancellationToken);

        Assert.Equal(status, stored.ReadCustomStatusAs<string>());
    }

    [Fact]
    public async Task Step_WithHundredsOfLargeCalls_IsRestoredAsAWhole()
    {
        await using var engines = new Engines();
        var never = new TaskCompletionSource<object?>();
        var input = new string('x', 20_000);
        var before = new FakeFunctions()
            .Activity<string>("Long", (_, cancellationToken) => never.Task.WaitAsync(cancellationToken))
            .Orchestrator("Many", ManyAsync);
        var first = engines.Create(before, new TableHubStore(_tables, "TestHub"));
        await first.StartAsync(TestContext.Current.CancellationToken);
        await first.Client.ScheduleNewOrchestrationInstanceAsync("Many", null, new StartOrchestrationOptions("many"));
        await first.Client.WaitForInstanceStartAsync("many");
        await first.StopAsync(TestContext.Current.CancellationToken);

        var client = await StartAsync(engines, new FakeFunctions().Activity<string>("Long", text => text!.Length).Orchestrator("Many", ManyAsync));

        Assert.Equal(300 * 20_000, (await client.EndAsync("many")).ReadOutputAs<int>());

        async Task<int> ManyAsync(TaskOrchestrationContext context) =>
            (await Task.WhenAll(Enumerable.Range(0, 300).Select(_ => context.CallActivityAsync<int>("Long", input)))).Sum();
    }

    [Fact]
    public async Task ContinueAsNew_LongRuns_LeaveNoRowsBehind()
    {
        await using var engines = new Engines();
        var client = await StartAsync(engines, new FakeFunctions()
            .Activity<int>("Nothing", input => input)
            .Orchestrator("Loop", async context =>
            {
                for (var i = 0; i < 100; i++)
                {
                    await context.CallActivityAsync("Nothing", i);
                }

                if (context.GetInput<int>() < 2)
                {
                    context.ContinueAsNew(context.GetInput<int>() + 1);
                }
            }));
        await client.ScheduleNewOrchestrationInstanceAsync("Loop", 0, new StartOrchestrationOptions("loop"));
        await client.EndAsync("loop");

        var rows = await _tables.GetTableClient("TestHubHistory").QueryAsync<TableEntity>("PartitionKey eq 'loop'").CountAsync();

        Assert.InRange(rows, 100, 105);
    }

    [Fact]
    public async Task Flow_EngineAbandonedAgainAndAgain_EndsWithEverything()
    {
        await using var engines = new Engines();
        var functions = new FakeFunctions()
            .Activity<int>("Add", input => input + 1)
            .Orchestrator("Child", context => context.CallActivityAsync<int>("Add", context.GetInput<int>()))
            .Orchestrator("Flow", async context =>
            {
                var sum = 0;
                for (var i = 0; i < 10; i++)
                {
                    sum += (await Task.WhenAll(Enumerable.Range(0, 5).Select(j => context.CallActivityAsync<int>("Add", j)))).Sum();
                    sum += await context.CallSubOrchestratorAsync<int>("Child", i);
                }

                return sum;
            });
        for (var writes = 4; writes <= 28; writes += 8)
        {
            using var cut = new CutTransport(writes);
            var client = await engines.StartAsync(functions, new TableHubStore(cut.Tables(_connection), "TestHub"));
            if (await client.GetInstanceAsync("flow") is null)
            {
                await client.ScheduleNewOrchestrationInstanceAsync("Flow", null, new StartOrchestrationOptions("flow"));
            }

            await cut.Happened.WaitAsync(Engines.Deadline);
        }

        var last = await StartAsync(engines, functions);

        Assert.Equal(10 * 15 + 55, (await last.EndAsync("flow")).ReadOutputAs<int>());
    }

    [Fact]
    public async Task GetAllInstances_ByStatusPrefixAndPage_FindsThem()
    {
        await using var engines = new Engines();
        var client = await StartAsync(engines, new FakeFunctions()
            .Orchestrator("Done", context => Task.FromResult(context.GetInput<int>()))
            .Orchestrator("Waits", context => context.WaitForExternalEvent<int>("end")));
        for (var i = 0; i < 5; i++)
        {
            await client.ResultAsync<int>("Done", i, $"done-{i}");
        }

        await client.ScheduleNewOrchestrationInstanceAsync("Waits", null, new StartOrchestrationOptions("waits"));
        await client.WaitForInstanceStartAsync("waits");

        var done = await client.GetAllInstancesAsync(new OrchestrationQuery(InstanceIdPrefix: "done-", PageSize: 2, FetchInputsAndOutputs: true))
            .AsPages().ToListAsync();
        var running = await client.GetAllInstancesAsync(new OrchestrationQuery(Statuses: [OrchestrationRuntimeStatus.Running])).ToListAsync();

        Assert.All(done, page => Assert.InRange(page.Values.Count, 0, 2));
        Assert.Equal([0, 1, 2, 3, 4], done.SelectMany(page => page.Values).Select(instance => instance.ReadOutputAs<int>()));
        Assert.Equal("waits", Assert.Single(running).InstanceId);
    }

    [Fact]
    public async Task PurgeAll_Completed_LeavesNothingButTheRest()
    {
        await using var engines = new Engines();
        var client = await StartAsync(engines, new FakeFunctions()
            .Orchestrator("Done", context => Task.FromResult(context.GetInput<int>()))
            .Orchestrator("Waits", context => context.WaitForExternalEvent<int>("end")));
        await client.ResultAsync<int>("Done", 1, "one");
        await client.ResultAsync<int>("Done", 2, "two");
        await client.ScheduleNewOrchestrationInstanceAsync("Waits", null, new StartOrchestrationOptions("waits"));

        var purged = await client.PurgeAllInstancesAsync(new PurgeInstancesFilter(Statuses: [OrchestrationRuntimeStatus.Completed]));

        Assert.Equal(2, purged.PurgedInstanceCount);
        Assert.Equal("waits", Assert.Single(await client.GetAllInstancesAsync().ToListAsync()).InstanceId);
    }

    private Task<DurableTaskClient> StartAsync(Engines engines, FakeFunctions functions) =>
        engines.StartAsync(functions, new TableHubStore(_tables, "TestHub"));
}
