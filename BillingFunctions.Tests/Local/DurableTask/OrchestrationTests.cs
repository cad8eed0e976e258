using BillingFunctions.Tests.Local.DurableTask.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Tests.Local.DurableTask;

/// <summary>What orchestrators can do, each with the orchestrator kept in memory and with a replay at every step.</summary>
public sealed class OrchestrationTests
{
    [Theory, InlineData(false), InlineData(true)]
    public async Task CallActivity_InSequence_PassesResultsOn(bool forceReplay)
    {
        await using var engines = new Engines { ForceReplay = forceReplay };
        var client = await engines.StartAsync(new FakeFunctions()
            .Activity<int>("Add", input => input + 1)
            .Orchestrator("Chain", async context =>
            {
                var value = context.GetInput<int>();
                for (var i = 0; i < 10; i++)
                {
                    value = await context.CallActivityAsync<int>("Add", value);
                }

                return value;
            }));

        Assert.Equal(15, await client.ResultAsync<int>("Chain", 5));
    }

    [Fact]
    public async Task CallActivity_ThreeHundredInSequence_CostsOneWriteEachAndNoReplay()
    {
        await using var engines = new Engines();
        var steps = 0;
        var client = await engines.StartAsync(new FakeFunctions()
            .Activity<int>("Add", input => input + 1)
            .Orchestrator("Chain", async context =>
            {
                var value = 0;
                while (value < 300)
                {
                    steps++;
                    value = await context.CallActivityAsync<int>("Add", value);
                }

                return value;
            }));

        Assert.Equal(300, await client.ResultAsync<int>("Chain"));
        Assert.Equal(300, steps);
        Assert.InRange(engines.Data.Writes, 301, 303);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task CallActivity_InParallel_GivesEveryResultItsCall(bool forceReplay)
    {
        await using var engines = new Engines { ForceReplay = forceReplay };
        var functions = new FakeFunctions()
            .Activity<int>("Square", input => input * input)
            .Orchestrator("FanOut", async context =>
                await Task.WhenAll(Enumerable.Range(0, 100).Select(i => context.CallActivityAsync<int>("Square", i))));
        var client = await engines.StartAsync(functions);

        Assert.Equal(Enumerable.Range(0, 100).Select(i => i * i), await client.ResultAsync<int[]>("FanOut"));
        Assert.Equal(100, functions.Runs("Square"));
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task CallActivity_Throws_OrchestratorSeesDetails(bool forceReplay)
    {
        await using var engines = new Engines { ForceReplay = forceReplay };
        var client = await engines.StartAsync(new FakeFunctions()
            .Activity<int>("Fail", _ => throw new InvalidOperationException("outer", new FormatException("inner")))
            .Orchestrator("Catch", async context =>
            {
                var failed = await Assert.ThrowsAsync<TaskFailedException>(() => context.CallActivityAsync("Fail", 1));
                return (string[])[
                    failed.TaskName, failed.FailureDetails.ErrorMessage, failed.FailureDetails.InnerFailure!.ErrorMessage,
                    failed.FailureDetails.IsCausedBy<SystemException>().ToString(), failed.FailureDetails.IsCausedBy<FormatException>().ToString()];
            }));

        Assert.Equal(["Fail", "outer", "inner", "True", "False"], await client.ResultAsync<string[]>("Catch"));
    }

    [Fact]
    public async Task CallActivity_ThrowsUncaught_InstanceFailsWithCause()
    {
        await using var engines = new Engines();
        var client = await engines.StartAsync(new FakeFunctions()
            .Activity<int>("Fail", _ => throw new FormatException(new string('x', 1_000_000)))
            .Orchestrator("Fails", context => context.CallActivityAsync("Fail", 1)));

        var end = await client.EndAsync(await client.ScheduleNewOrchestrationInstanceAsync("Fails", CancellationToken.None));

        Assert.Equal(OrchestrationRuntimeStatus.Failed, end.RuntimeStatus);
        Assert.Equal(typeof(TaskFailedException).FullName, end.FailureDetails!.ErrorType);
        Assert.True(end.FailureDetails.InnerFailure!.IsCausedBy<FormatException>());
        Assert.True(end.FailureDetails.ErrorMessage.Length < 20_000);
    }

    [Fact]
    public async Task CallActivity_Unknown_Fails()
    {
        await using var engines = new Engines();
        var client = await engines.StartAsync(new FakeFunctions().Orchestrator("Calls", context => context.CallActivityAsync("Nobody")));

        var end = await client.EndAsync(await client.ScheduleNewOrchestrationInstanceAsync("Calls", CancellationToken.None));

        Assert.Contains("'Nobody' doesn't exist", end.FailureDetails!.InnerFailure!.ErrorMessage, StringComparison.Ordinal);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task SubOrchestration_CompletesAndFails_ParentSeesBoth(bool forceReplay)
    {
        await using var engines = new Engines { ForceReplay = forceReplay };
        var client = await engines.StartAsync(new FakeFunctions()
            .Activity<int>("Double", input => input * 2)
            .Orchestrator("Child", async context =>
                context.GetInput<int>() < 0
                    ? throw new FormatException("negative")
                    : $"{context.Parent!.Name}:{context.InstanceId}:{await context.CallActivityAsync<int>("Double", context.GetInput<int>())}")
            .Orchestrator("Parent", async context =>
            {
                var named = await context.CallSubOrchestratorAsync<string>("Child", 4, new TaskOptions().WithInstanceId("named"));
                var failed = await Assert.ThrowsAsync<TaskFailedException>(() => context.CallSubOrchestratorAsync("Child", -1));
                var many = await Task.WhenAll(Enumerable.Range(0, 5).Select(i => context.CallSubOrchestratorAsync<string>("Child", i)));
                return $"{named}|{failed.FailureDetails.ErrorMessage}|{many.Length}";
            }));

        Assert.Equal("Parent:named:8|negative|5", await client.ResultAsync<string>("Parent"));
        Assert.Equal("\"Parent:named:8\"", (await client.GetInstanceAsync("named", true))!.SerializedOutput);
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task ContinueAsNew_TwoHundredRuns_HistoryStaysFlat(bool forceReplay)
    {
        await using var engines = new Engines { ForceReplay = forceReplay };
        var client = await engines.StartAsync(new FakeFunctions()
            .Activity<int>("Next", input => input + 1)
            .Orchestrator("Loop", async context =>
            {
                var next = await context.CallActivityAsync<int>("Next", context.GetInput<int>());
                context.SetCustomStatus(next);
                if (next < 200)
                {
                    context.ContinueAsNew(next);
                }

                return next;
            }));

        Assert.Equal(200, await client.ResultAsync<int>("Loop", 0, "loop"));
        Assert.True(engines.Data.Lines["loop"].Count <= 3);
    }

    [Theory, InlineData(false, true), InlineData(true, true), InlineData(false, false)]
    public async Task ContinueAsNew_WithKeptEvents_CarriesThemOverAsAsked(bool forceReplay, bool preserve)
    {
        await using var engines = new Engines { ForceReplay = forceReplay };
        var client = await engines.StartAsync(new FakeFunctions().Orchestrator("Takes", async context =>
        {
            if (context.GetInput<int>() == 0)
            {
                await context.WaitForExternalEvent<int>("go");
                context.ContinueAsNew(1, preserve);
                return string.Empty;
            }

            var timeout = TimeSpan.FromMilliseconds(preserve ? 10_000 : 20);
            try
            {
                return string.Join(',', await context.WaitForExternalEvent<int>("item", timeout), await context.WaitForExternalEvent<int>("item", timeout));
            }
            catch (OperationCanceledException)
            {
                return "none";
            }
        }));
        await client.ScheduleNewOrchestrationInstanceAsync("Takes", 0, new StartOrchestrationOptions("takes"));
        await client.RaiseEventAsync("takes", "item", 1);
        await client.RaiseEventAsync("takes", "ITEM", 2);
        await client.RaiseEventAsync("takes", "go", 0);

        Assert.Equal(preserve ? "1,2" : "none", (await client.EndAsync("takes")).ReadOutputAs<string>());
    }

    [Theory, InlineData(false), InlineData(true)]
    public async Task SendEvent_ToOther_ArrivesOnceInOrder(bool forceReplay)
    {
        await using var engines = new Engines { ForceReplay = forceReplay };
        var client = await engines.StartAsync(new FakeFunctions()
            .Activity<int>("Nothing", input => input)
            .Orchestrator("Sender", async context =>
            {
                for (var i = 0; i < 5; i++)
                {
                    context.SendEvent("receiver", "number", i);
                    await context.CallActivityAsync("Nothing", i);
                }

                context.SendEvent("nobody", "number", 1);
            })
            .Orchestrator("Receiver", async context =>
            {
                var numbers = new List<int>();
                while (numbers.Count < 5)
                {
                    numbers.Add(await context.WaitForExternalEvent<int>("number"));
                }

                return string.Join(',', numbers);
            }));
        await client.ScheduleNewOrchestrationInstanceAsync("Receiver", null, new StartOrchestrationOptions("receiver"));

        await client.ScheduleNewOrchestrationInstanceAsync("Sender", CancellationToken.None);

        Assert.Equal("0,1,2,3,4", (await client.EndAsync("receiver")).ReadOutputAs<string>());
    }

    [Fact]
    public async Task NewGuid_ReplayedAndInNextRun_IsStableAndNeverRepeats()
    {
        await using var engines = new Engines { ForceReplay = true };
        var client = await engines.StartAsync(new FakeFunctions()
            .Activity<Guid>("Echo", input => input)
            .Orchestrator("Guids", async context =>
            {
                var own = context.NewGuid();
                var guids = (context.GetInput<Guid[]>() ?? []).Append(own).ToArray();
                Assert.Equal(own, await context.CallActivityAsync<Guid>("Echo", own));
                if (guids.Length < 3)
                {
                    context.ContinueAsNew(guids);
                }

                return guids;
            }));

        Assert.Equal(3, (await client.ResultAsync<Guid[]>("Guids")).Distinct().Count());
    }

    [Fact]
    public async Task IsReplaying_WithReplays_IsFalseExactlyOncePerStep()
    {
        await using var engines = new Engines { ForceReplay = true };
        var log = new List<string>();
        var client = await engines.StartAsync(new FakeFunctions()
            .Activity<int>("Nothing", input => input)
            .Orchestrator("Logs", async context =>
            {
                for (var i = 0; i < 3; i++)
                {
                    if (!context.IsReplaying)
                    {
                        log.Add($"step {i}");
                    }

                    await context.CallActivityAsync("Nothing", i);
                }
            }));

        await client.EndAsync(await client.ScheduleNewOrchestrationInstanceAsync("Logs", CancellationToken.None));

        Assert.Equal(["step 0", "step 1", "step 2"], log);
    }
}
