using BillingFunctions.Tests.Local.DurableTask.Support;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Tests.Local.DurableTask;

/// <summary>
/// A flow that uses everything is killed at every single write that it makes, before and after the write took effect, and
/// goes on in a new engine. Nothing may be lost and no decision of an orchestrator may be carried out twice.
/// </summary>
public sealed class CrashTests
{
    private const string Expected = "runs 2; squares 0,1,4,9; child done; late 1; ledger a,b,c,d";

    [Theory]
    [InlineData(false, true)]
    [InlineData(true, true)]
    [InlineData(false, false)]
    [InlineData(true, false)]
    public async Task Flow_KilledAtAnyWrite_EndsAsIfNothingHadHappened(bool applied, bool forceReplay)
    {
        var writes = await RunAsync(null, forceReplay);
        Assert.InRange(writes, 15, 200);

        await Parallel.ForEachAsync(
            Enumerable.Range(1, writes), async (at, _) => await RunAsync(new Fault(at, applied, kills: true), forceReplay));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Flow_AnyWriteFailsOnce_EndsAsIfNothingHadHappened(bool applied)
    {
        var writes = await RunAsync(null, forceReplay: false);
        await Parallel.ForEachAsync(
            Enumerable.Range(1, writes), async (at, _) => await RunAsync(new Fault(at, applied, kills: false), forceReplay: false));
    }

    private static async Task<int> RunAsync(Fault? fault, bool forceReplay)
    {
        await using var engines = new Engines { ForceReplay = forceReplay };
        var functions = Flow();
        var first = await engines.StartAsync(functions, fault);
        var driving = DriveAsync(first);
        if (fault is null || await Task.WhenAny(driving, fault.Happened) == driving)
        {
            Assert.Equal(Expected, await driving);
            return engines.Data.Writes;
        }

        // A single failure is survived by the first engine itself; the second takes over from a killed one.
        var result = fault.Kills ? await DriveAsync(await engines.StartAsync(functions)) : await driving;
        Assert.Equal(Expected, result);
        return engines.Data.Writes;
    }

    /// <summary>Starts what is not there yet and waits for the end.</summary>
    private static async Task<string> DriveAsync(DurableTaskClient client)
    {
        foreach (var name in (string[])["Ledger", "Main"])
        {
            if (await client.GetInstanceAsync(name) is null)
            {
                await client.ScheduleNewOrchestrationInstanceAsync(name, 0, new StartOrchestrationOptions(name));
            }
        }

        var main = await client.EndAsync("Main");
        Assert.True(main.RuntimeStatus == OrchestrationRuntimeStatus.Completed, main.FailureDetails?.ToString());
        return $"{main.ReadOutputAs<string>()}; ledger {(await client.EndAsync("Ledger")).ReadOutputAs<string>()}";
    }

    private static FakeFunctions Flow() => new FakeFunctions()
        .Activity<int>("Square", input => input * input)
        .Orchestrator("Child", async context =>
        {
            context.SendEvent("Ledger", "entry", "b");
            await context.CreateTimer(TimeSpan.FromMilliseconds(1), CancellationToken.None);
            context.SendEvent(context.Parent!.InstanceId, "late", 1);
            return "done";
        })
        .Orchestrator("Ledger", async context =>
        {
            // Four entries and no fifth: one that is sent twice would show as a wrong list.
            var entries = new List<string>();
            while (entries.Count < 4)
            {
                entries.Add(await context.WaitForExternalEvent<string>("entry"));
            }

            return string.Join(',', entries);
        })
        .Orchestrator("Main", MainAsync);

    private static async Task<string> MainAsync(TaskOrchestrationContext context)
    {
        var run = context.GetInput<int>();
        if (run == 0)
        {
            context.SendEvent("Ledger", "entry", "a");
            await context.CallActivityAsync<int>("Square", 1);
            context.ContinueAsNew(1);
            return string.Empty;
        }

        var squares = await Task.WhenAll(Enumerable.Range(0, 4).Select(i => context.CallActivityAsync<int>("Square", i)));
        var child = await context.CallSubOrchestratorAsync<string>("Child");
        var late = await context.WaitForExternalEvent<int>("late");
        context.SendEvent("Ledger", "entry", "c");
        context.SendEvent("Ledger", "entry", "d");
        return $"runs {run + 1}; squares {string.Join(',', squares)}; child {child}; late {late}";
    }
}
