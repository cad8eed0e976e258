using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Json;
using BillingFunctions.Local.DurableTask;
using BillingFunctions.Local.Functions;
using BillingFunctions.Local.Hosting;
using BillingFunctions.Tests.Fakes;
using BillingFunctions.Tests.Fixtures;
using BillingFunctions.Tests.Local.DurableTask.Support;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Tests.Local.Functions;

/// <summary>Orchestrators and activities of an app, over HTTP and a real storage emulator.</summary>
public sealed class DurableFunctionsTests(AzuriteFixture azurite)
{
    private Dictionary<string, string?> Storage => new() { ["AzureWebJobsStorage"] = azurite.NewAccount() };

    [Fact]
    public async Task Post_OrchestratorCallsActivities_CompletesWithTheirResults()
    {
        await using var app = await TestApp.StartAsync<Sums>(builder => builder.Services.AddSingleton(new ConcurrentQueue<string>()), Storage);

        var outcome = await RunAsync(app, "sum", new SumOf([1, 2, 3]));

        Assert.Equal(new Outcome("Completed", "14", null), outcome);
    }

    [Fact]
    public async Task Post_ActivityThrows_FailsTheOrchestrationAndLogsIt()
    {
        await using var app = await TestApp.StartAsync<Sums>(builder => builder.Services.AddSingleton(new ConcurrentQueue<string>()), Storage);

        var outcome = await RunAsync(app, "sum", new SumOf([1, -1]));

        Assert.Equal("Failed", outcome.Status);
        Assert.Contains("No negative numbers", outcome.Error);
        Assert.Contains(app.Log.Errors, error => error.Message.StartsWith("Function Square, invocation ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Post_Middleware_RunsAroundActivitiesAndNotAroundOrchestrators()
    {
        var seen = new ConcurrentQueue<string>();
        await using var app = await TestApp.StartAsync<Sums>(
            builder =>
            {
                builder.Services.AddSingleton(seen);
                builder.Use(next => context =>
                {
                    seen.Enqueue($"{context.FunctionDefinition.Name}:{context.BindingContext.BindingData.ContainsKey("instanceId")}");
                    return next(context);
                });
            },
            Storage);

        await RunAsync(app, "sum", new SumOf([5]));

        Assert.Contains("Square:True", seen);
        Assert.Contains("Square ran in an invocation of Square", seen);
        Assert.DoesNotContain(seen, entry => entry.StartsWith("Sum:", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Stop_ActivityOutlivesTheGracePeriod_RunsAgainAtTheNextStart()
    {
        var storage = Storage;
        var clock = new ManualTimeProvider();
        var gate = new Gate();
        await using (var app = await StartWaiterAsync())
        {
            var client = app.Host.Services.GetRequiredService<DurableEngine>().Client;
            await client.ScheduleNewOrchestrationInstanceAsync("Waiter", null, new StartOrchestrationOptions("one"));
            await gate.Entered.Task.WaitAsync(Engines.Deadline, TestContext.Current.CancellationToken);
            var stopped = app.Host.StopAsync(TestContext.Current.CancellationToken);
            clock.Advance(RunningInvocations.GracePeriod);
            await stopped.WaitAsync(Engines.Deadline, TestContext.Current.CancellationToken);
        }

        gate.Open.SetResult(7);
        await using var next = await StartWaiterAsync();
        var end = await next.Host.Services.GetRequiredService<DurableEngine>().Client.EndAsync("one");

        Assert.Equal(7, end.ReadOutputAs<int>());

        Task<TestApp> StartWaiterAsync() =>
            TestApp.StartAsync<Waiting>(builder => builder.Services.AddSingleton(gate).AddSingleton<TimeProvider>(clock), storage);
    }

    [Fact]
    public async Task Start_OrchestratorsWithoutStorage_StopsWithTheSettingsName()
    {
        var exception = await Assert.ThrowsAsync<StartupException>(
            () => TestApp.StartAsync<Sums>(builder => builder.Services.AddSingleton(new ConcurrentQueue<string>())));

        Assert.Contains("AzureWebJobsStorage", exception.Message);
    }

    [Theory]
    [InlineData("", HttpStatusCode.Unauthorized)]
    [InlineData("?code=default-key", HttpStatusCode.Unauthorized)]
    [InlineData("?code=master-key", HttpStatusCode.OK)]
    public async Task Get_ManagementApi_NeedsTheMasterKey(string query, HttpStatusCode expected)
    {
        var settings = new Dictionary<string, string?>(Storage) { ["Keys:Default"] = "default-key", ["Keys:Master"] = "master-key" };
        await using var app = await TestApp.StartAsync<Sums>(builder => builder.Services.AddSingleton(new ConcurrentQueue<string>()), settings);

        using var response = await app.Client.GetAsync($"/runtime/webhooks/durabletask/instances{query}", TestContext.Current.CancellationToken);

        Assert.Equal(expected, response.StatusCode);
    }

    private static async Task<Outcome> RunAsync(TestApp app, string route, SumOf input)
    {
        using var response = await app.Client.PostAsJsonAsync(route, input, TestContext.Current.CancellationToken);
        return (await response.Content.ReadFromJsonAsync<Outcome>(TestContext.Current.CancellationToken))!;
    }

    public sealed record SumOf(IReadOnlyList<int> Numbers);

    public sealed record Outcome(string Status, string? Output, string? Error);

    public sealed class Gate
    {
        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource<int> Open { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }

    public sealed class Waiting(Gate gate)
    {
        [Function("Waiter")]
        public static Task<int> WaiterAsync([OrchestrationTrigger] TaskOrchestrationContext context) => context.CallActivityAsync<int>("Wait");

        [Function("Wait")]
        public async Task<int> WaitAsync([ActivityTrigger] string? input, CancellationToken cancellationToken)
        {
            Assert.Null(input);
            gate.Entered.TrySetResult();
            return await gate.Open.Task.WaitAsync(cancellationToken);
        }
    }

    public sealed class Sums(ConcurrentQueue<string> seen)
    {
        [Function("StartSum")]
        public async Task<IResult> StartAsync(
            [HttpTrigger("post", Route = "sum")] HttpRequest request,
            [DurableClient] DurableTaskClient client,
            CancellationToken cancellationToken)
        {
            var input = await request.ReadFromJsonAsync<SumOf>(cancellationToken);
            var id = await client.ScheduleNewOrchestrationInstanceAsync("Sum", input, cancellationToken);
            var end = await client.WaitForInstanceCompletionAsync(id, getInputsAndOutputs: true, cancellationToken);
            return Results.Json(new Outcome(end.RuntimeStatus.ToString(), end.SerializedOutput, end.FailureDetails?.ToString()));
        }

        [Function("Sum")]
        public static async Task<int> SumAsync([OrchestrationTrigger] TaskOrchestrationContext context)
        {
            var sum = 0;
            foreach (var number in context.GetInput<SumOf>()!.Numbers)
            {
                sum += await context.CallActivityAsync<int>("Square", number);
            }

            return sum;
        }

        [Function("Square")]
        public async Task<int> SquareAsync([ActivityTrigger] int number, FunctionContext context, CancellationToken cancellationToken)
        {
            await Task.Yield();
            cancellationToken.ThrowIfCancellationRequested();
            seen.Enqueue($"Square ran in an invocation of {context.FunctionDefinition.Name}");
            return number >= 0 ? number * number : throw new InvalidOperationException("No negative numbers.");
        }
    }
}
