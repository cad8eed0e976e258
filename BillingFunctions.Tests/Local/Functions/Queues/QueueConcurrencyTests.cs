using System.Collections.Concurrent;
using System.Diagnostics;
using Azure;
using BillingFunctions.Local.Functions.Queues;
using BillingFunctions.Tests.Drivers;
using BillingFunctions.Tests.Fakes;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Tests.Local.Functions.Queues;

/// <summary>How many messages at once, for how long, and what the end of the app means for them.</summary>
public sealed class QueueConcurrencyTests(AzuriteFixture azurite)
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Messages_MoreThanFit_RunUpToBatchSizePlusThreshold()
    {
        using var gate = new Gate();
        var rig = new QueueRig(azurite.NewAccount());
        rig.Settings["AzureFunctionsJobHost:extensions:queues:batchSize"] = "4";
        rig.Settings["AzureFunctionsJobHost:extensions:queues:newBatchThreshold"] = "2";
        await rig.SendAsync("slow", [.. Enumerable.Range(0, 12).Select(number => $"{number}")]);
        await using var app = await rig.StartAsync<Slow>(builder => builder.Services.AddSingleton(gate));
        await Poll.UntilAsync(() => Task.FromResult(gate.Running), running => running == 4);

        // With two left the next four are fetched, with three not.
        gate.Let(1);
        await Poll.UntilAsync(() => Task.FromResult(gate.Running), running => running == 3);
        gate.Let(1);
        await Poll.UntilAsync(() => Task.FromResult(gate.Running), running => running == 6);
        gate.Let(100);

        await rig.CountAsync("slow", 0);
        Assert.Equal(6, gate.Most);
        Assert.Equal(12, gate.Ran);
    }

    [Fact]
    public async Task Message_FunctionRunsLongerThanHalfOfWhatItIsHidden_IsHiddenAnew()
    {
        using var gate = new Gate();
        var clock = new ManualTimeProvider();
        // While the one message is worked on the poller waits for nothing, so that the next timer is that of the message.
        var rig = new QueueRig(azurite.NewAccount())
        {
            Options = new QueueOptions { Hidden = TimeSpan.FromHours(1), BatchSize = 1, NewBatchThreshold = 0 },
        };
        await using var app = await rig.StartAsync<Slow>(builder => builder.Services.AddSingleton(gate).AddSingleton<TimeProvider>(clock));
        await rig.SendAsync("slow", "long");
        await WaitingForAsync(clock, "00:30");

        clock.Advance(TimeSpan.FromMinutes(30));
        await WaitingForAsync(clock, "01:00");
        clock.Advance(TimeSpan.FromMinutes(30));
        await WaitingForAsync(clock, "01:30");
        var stale = await Assert.ThrowsAsync<RequestFailedException>(() => rig.Queue("slow").DeleteMessageAsync(gate.MessageId, gate.PopReceipt));
        gate.Let(1);

        // Only the newest receipt deletes the message.
        await rig.CountAsync("slow", 0);
        Assert.Equal("PopReceiptMismatch", stale.ErrorCode);
        Assert.Equal(1, gate.Ran);
        Assert.Empty(app.Log.Errors);
    }

    [Fact]
    public async Task Stop_FunctionRuns_IsFinishedAndItsMessageDeleted()
    {
        using var gate = new Gate();
        var rig = new QueueRig(azurite.NewAccount());
        await using var app = await rig.StartAsync<Slow>(builder => builder.Services.AddSingleton(gate));
        await rig.SendAsync("slow", "running");
        await Poll.UntilAsync(() => Task.FromResult(gate.Running), running => running == 1);

        var stopped = app.Host.StopAsync(TestContext.Current.CancellationToken);
        await rig.SendAsync("slow", "too late");
        Assert.False(stopped.IsCompleted);
        gate.Let(100);
        await stopped.WaitAsync(Deadline, TestContext.Current.CancellationToken);

        Assert.Equal(1, gate.Ran);
        Assert.Equal(["too late"], await rig.ArrivedAsync("slow"));
    }

    [Fact]
    public async Task Stop_FunctionOutlivesTheGracePeriod_IsCancelledAndItsMessageGivenBack()
    {
        using var gate = new Gate();
        var clock = new ManualTimeProvider();
        var rig = new QueueRig(azurite.NewAccount()) { Options = new QueueOptions { MaxDequeueCount = 1 } };
        await using var app = await rig.StartAsync<Slow>(
            builder => builder.Services.AddSingleton(gate).AddSingleton<TimeProvider>(clock));
        await rig.SendAsync("slow", "long");
        await Poll.UntilAsync(() => Task.FromResult(gate.Running), running => running == 1);

        var stopped = app.Host.StopAsync(TestContext.Current.CancellationToken);
        clock.Advance(TimeSpan.FromSeconds(10));
        await stopped.WaitAsync(Deadline, TestContext.Current.CancellationToken);

        Assert.Equal(["long"], await rig.ArrivedAsync("slow"));
        Assert.False(await rig.Queue("slow-poison").ExistsAsync());
        Assert.Empty(app.Log.Errors);
    }

    [Fact]
    public async Task Messages_TwoHundredWaiting_RunOnceEachAndQuickly()
    {
        var rig = new QueueRig(azurite.NewAccount());
        var queue = rig.Queue("quick");
        await queue.CreateIfNotExistsAsync();
        await Parallel.ForAsync(0, 200, async (number, cancellation) => await queue.SendMessageAsync($"{number}", cancellation));

        var clock = Stopwatch.StartNew();
        await using var app = await rig.StartAsync<Quick>();
        await rig.CountAsync("quick", 0);

        TestContext.Current.TestOutputHelper?.WriteLine($"{200 / clock.Elapsed.TotalSeconds:0} messages/s");
        Assert.Equal(200, rig.Notes.Distinct().Count());
        Assert.Equal(200, rig.Notes.Count);
    }

    private static async Task WaitingForAsync(ManualTimeProvider clock, string time) =>
        await Poll.UntilAsync(() => Task.FromResult($"{clock.NextTimer:HH:mm}"), next => next == time, Deadline);

    public sealed class Slow(Gate gate)
    {
        [Function("Slow")]
        public Task RunAsync([QueueTrigger("slow")] string message, FunctionContext context, CancellationToken cancellationToken)
        {
            Assert.NotEmpty(message);
            gate.MessageId = (string)context.BindingContext.BindingData["Id"]!;
            gate.PopReceipt = (string)context.BindingContext.BindingData["PopReceipt"]!;
            return gate.PassAsync(cancellationToken);
        }
    }

    public sealed class Quick(ConcurrentQueue<string> notes)
    {
        [Function("Quick")]
        public void Run([QueueTrigger("quick")] string message) => notes.Enqueue(message);
    }

    /// <summary>Holds functions up until they are let through, and counts them.</summary>
    public sealed class Gate : IDisposable
    {
        private readonly SemaphoreSlim _open = new(0);
        private readonly Lock _lock = new();

        /// <summary>The message that came last.</summary>
        public string MessageId { get; set; } = "";

        /// <summary>What it was received with.</summary>
        public string PopReceipt { get; set; } = "";

        public int Running { get; private set; }

        public int Most { get; private set; }

        public int Ran { get; private set; }

        public void Dispose() => _open.Dispose();

        public void Let(int count) => _open.Release(count);

        public async Task PassAsync(CancellationToken cancellationToken)
        {
            Count(1);
            try
            {
                await _open.WaitAsync(cancellationToken);
            }
            finally
            {
                Count(-1);
            }
        }

        private void Count(int change)
        {
            lock (_lock)
            {
                Running += change;
                Most = Math.Max(Most, Running);
                Ran += change > 0 ? 1 : 0;
            }
        }
    }
}
