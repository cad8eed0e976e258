using System.Net;
using BillingFunctions.Tests.Fakes;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Tests.Local.Functions;

public sealed class ShutdownTests
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Request_CallerGoesAway_CancelsTheInvocation()
    {
        var signals = new Signals();
        await using var app = await TestApp.StartAsync<Slow>(builder => builder.Services.AddSingleton(signals));
        using var caller = new CancellationTokenSource();

        var request = app.Client.GetAsync("/until_cancelled", caller.Token);
        await signals.Entered.Task.WaitAsync(Deadline, TestContext.Current.CancellationToken);
        await caller.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => request);
        await signals.Cancelled.Task.WaitAsync(Deadline, TestContext.Current.CancellationToken);
        Assert.Empty(app.Log.Errors);
    }

    [Fact]
    public async Task Stop_InvocationRuns_IsFinishedAndNothingNewAccepted()
    {
        var signals = new Signals();
        await using var app = await TestApp.StartAsync<Slow>(builder => builder.Services.AddSingleton(signals));
        var request = app.Client.GetAsync("/until_released", TestContext.Current.CancellationToken);
        await signals.Entered.Task.WaitAsync(Deadline, TestContext.Current.CancellationToken);

        var stopped = app.Host.StopAsync(TestContext.Current.CancellationToken);
        await Assert.ThrowsAsync<HttpRequestException>(() => RefusedAsync(app));
        Assert.False(stopped.IsCompleted);
        signals.Release.SetResult();

        Assert.Equal(HttpStatusCode.OK, (await request).StatusCode);
        await stopped.WaitAsync(Deadline, TestContext.Current.CancellationToken);
    }

    [Fact]
    public async Task Stop_InvocationOutlivesTheGracePeriod_IsCancelledAndAnswered503()
    {
        var signals = new Signals();
        var clock = new ManualTimeProvider();
        await using var app = await TestApp.StartAsync<Slow>(builder => builder.Services.AddSingleton(signals).AddSingleton<TimeProvider>(clock));
        var request = app.Client.GetAsync("/until_cancelled", TestContext.Current.CancellationToken);
        await signals.Entered.Task.WaitAsync(Deadline, TestContext.Current.CancellationToken);

        var stopped = app.Host.StopAsync(TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromSeconds(9));
        Assert.False(signals.Cancelled.Task.IsCompleted);
        clock.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await request).StatusCode);
        await stopped.WaitAsync(Deadline, TestContext.Current.CancellationToken);
        Assert.Empty(app.Log.Errors);
    }

    /// <summary>Asks on new connections until one is refused or the deadline passes.</summary>
    private static async Task RefusedAsync(TestApp app)
    {
        using var deadline = new CancellationTokenSource(Deadline);
        while (!deadline.IsCancellationRequested)
        {
            using var other = new HttpClient { BaseAddress = app.Client.BaseAddress };
            await other.GetAsync("/quick", deadline.Token);
        }
    }

    public sealed class Slow(Signals signals)
    {
        [Function("until_cancelled")]
        public async Task<IResult> UntilCancelled([HttpTrigger("get")] HttpRequest request, CancellationToken cancellationToken)
        {
            signals.Entered.SetResult();
            try
            {
                await signals.Release.Task.WaitAsync(cancellationToken);
                return Results.Ok();
            }
            catch (OperationCanceledException)
            {
                signals.Cancelled.SetResult();
                throw;
            }
        }

        [Function("until_released")]
        public async Task<IResult> UntilReleased([HttpTrigger("get")] HttpRequest request, CancellationToken cancellationToken)
        {
            signals.Entered.SetResult();
            await signals.Release.Task.WaitAsync(cancellationToken);
            return Results.Ok();
        }

        [Function("quick")]
        public IResult Quick([HttpTrigger("get")] HttpRequest request) => Results.Ok();
    }

    public sealed class Signals
    {
        public TaskCompletionSource Entered { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public TaskCompletionSource Release { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
    }
}
