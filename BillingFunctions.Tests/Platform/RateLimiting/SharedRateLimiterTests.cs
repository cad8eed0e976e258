using System.Threading.RateLimiting;
using Azure;
using Azure.Data.Tables;
using BillingFunctions.Platform.RateLimiting;
using BillingFunctions.Testing.Drivers;
using BillingFunctions.Testing.Load;
using BillingFunctions.Testing.Processes;
using BillingFunctions.Tests.Fixtures;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Platform.RateLimiting;

/// <summary>The limiter as the framework's users see it: on real tables, by a clock that stands still.</summary>
public sealed class SharedRateLimiterTests(AzuriteFixture azurite) : IAsyncLifetime
{
    private const string Api = "https://api.example.com/";

    /// <summary>One call in ten seconds; the window is 3% longer.</summary>
    private static readonly SharedLimit Narrow = new("narrow", new RateLimit(1, TimeSpan.FromSeconds(10)));

    private static readonly SharedLimit Wide = new("wide", new RateLimit(100, TimeSpan.FromSeconds(1)));
    private static readonly TimeSpan Window = TimeSpan.FromSeconds(10.3);

    private readonly FakeTimeProvider _time = new(new DateTimeOffset(2026, 3, 1, 0, 0, 0, TimeSpan.Zero));
    private TableServiceClient _tables = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        _tables = new TableServiceClient(azurite.NewAccount());
        await _tables.CreateTableIfNotExistsAsync(SharedRateLimits.Table, Token);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task AcquireAsync_RoomUnderTheLimit_IsAcquiredWithoutAWait()
    {
        using var limiter = Limiter([Narrow]);

        using var lease = await limiter.AcquireAsync(1, Token);

        Assert.True(lease.IsAcquired);
        Assert.Equal(TimeSpan.Zero, WaitedOf(lease));
        Assert.False(lease.TryGetMetadata(MetadataName.RetryAfter, out _));
    }

    [Fact]
    public async Task AcquireAsync_RoomWithinThePatience_WaitsAndSaysHowLong()
    {
        using var limiter = Limiter([Narrow], patience: Window);
        using var first = await limiter.AcquireAsync(1, Token);

        var second = limiter.AcquireAsync(1, Token).AsTask();
        Assert.False(second.IsCompleted);
        _time.Advance(Window);

        using var lease = await second;
        Assert.True(lease.IsAcquired);
        Assert.Equal(Window, WaitedOf(lease));
    }

    [Fact]
    public async Task AcquireAsync_NoRoomWithinThePatience_IsRefusedAtOnceWithATimeForEach()
    {
        using var limiter = Limiter([Narrow], patience: TimeSpan.FromSeconds(2));
        using var first = await limiter.AcquireAsync(1, Token);

        using var second = await limiter.AcquireAsync(1, Token);

        Assert.False(second.IsAcquired);
        Assert.Equal((Window, TimeSpan.Zero), (RetryAfterOf(second), WaitedOf(second)));
        Assert.Equal(["RETRY_AFTER", "WAITED"], second.MetadataNames.Order());
    }

    [Fact]
    public async Task AcquireAsync_CallsUnderSeveralLimits_CountAgainstEach()
    {
        using var limits = new SharedRateLimits(_tables, Api, _time);
        using var one = limits.For([Wide, Narrow], new RateLimitLane(0, 2), TimeSpan.Zero);
        using var other = limits.For([Wide, Narrow with { Name = "other" }], new RateLimitLane(0, 2), TimeSpan.FromMinutes(1));
        using var first = await one.AcquireAsync(1, Token);

        using var second = await one.AcquireAsync(1, Token);
        var third = other.AcquireAsync(1, Token).AsTask();
        _time.Advance(TimeSpan.FromMilliseconds(10));

        Assert.Equal((true, false), (first.IsAcquired, second.IsAcquired));
        Assert.True((await third).IsAcquired);
    }

    [Fact]
    public async Task AcquireAsync_InTwoInstances_SharesTheLimitOfAnApiOnly()
    {
        using var here = Limiter([Narrow]);
        using var there = Limiter([Narrow]);
        using var elsewhere = Limiter([Narrow], api: "https://another.example.com/");
        using var first = await here.AcquireAsync(1, Token);

        using var second = await there.AcquireAsync(1, Token);
        using var third = await elsewhere.AcquireAsync(1, Token);

        Assert.Equal((true, false, true), (first.IsAcquired, second.IsAcquired, third.IsAcquired));
        Assert.Equal(Window, RetryAfterOf(second));
    }

    [Fact]
    public async Task AcquireAsync_CanceledWhileItWaits_GivesUpItsPlace()
    {
        using var limiter = Limiter([Narrow], patience: Window);
        using var first = await limiter.AcquireAsync(1, Token);
        using var canceling = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var second = limiter.AcquireAsync(1, canceling.Token).AsTask();

        await canceling.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);

        // Behind the other it would have to wait for two windows, for which it has no patience.
        var third = limiter.AcquireAsync(1, Token).AsTask();
        _time.Advance(Window);
        Assert.True((await third).IsAcquired);
    }

    [Fact]
    public async Task AcquireAsync_CanceledWithASlot_GivesTheSlotBack()
    {
        var limit = new SharedLimit("short", new RateLimit(4, TimeSpan.FromSeconds(1)));
        using var limiter = Limiter([limit], patience: TimeSpan.FromMilliseconds(300));
        using var first = await limiter.AcquireAsync(1, Token);
        using var canceling = CancellationTokenSource.CreateLinkedTokenSource(Token);
        var second = limiter.AcquireAsync(1, canceling.Token).AsTask();
        await Poll.UntilAsync(() => SlotsOfAsync(limit.Name), slots => slots == 2);

        await canceling.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        await Poll.UntilAsync(
            () =>
            {
                _time.Advance(TimeSpan.FromMilliseconds(5));
                return SlotsOfAsync(limit.Name);
            },
            slots => slots == 1);
    }

    [Fact]
    public async Task AttemptAcquire_Always_IsRefusedAndTakesNothing()
    {
        using var limiter = Limiter([Narrow]);

        using var attempt = limiter.AttemptAcquire();

        Assert.False(attempt.IsAcquired);
        Assert.Empty(attempt.MetadataNames);
        using var lease = await limiter.AcquireAsync(1, Token);
        Assert.True(lease.IsAcquired);
    }

    [Fact]
    public async Task AcquireAsync_SeveralPermitsAtOnce_IsNotAllowed()
    {
        using var limiter = Limiter([Narrow]);

        await Assert.ThrowsAsync<ArgumentOutOfRangeException>(() => limiter.AcquireAsync(2, Token).AsTask());
    }

    [Fact]
    public async Task AcquireAsync_TableIsAway_ThrowsWhatStorageSays()
    {
        await _tables.DeleteTableAsync(SharedRateLimits.Table, Token);
        using var limiter = Limiter([Narrow]);

        await Assert.ThrowsAnyAsync<RequestFailedException>(() => limiter.AcquireAsync(1, Token).AsTask());
    }

    [Fact]
    public async Task SlowDownAsync_TheApiRefusesACall_HalvesTheLimitForAllInstances()
    {
        var four = new SharedLimit("four", new RateLimit(4, TimeSpan.FromSeconds(40)));
        using var limits = new SharedRateLimits(_tables, Api, _time);
        await limits.SlowDownAsync(four, "endpoint-rate", Token);
        using var limiter = Limiter([four]);
        using var first = await limiter.AcquireAsync(1, Token);

        using var second = await limiter.AcquireAsync(1, Token);

        // Two in forty seconds, 3% and the pace included, instead of four.
        Assert.Equal(20 * 1.03 * 0.9, RetryAfterOf(second).TotalSeconds, 3);
    }

    private SharedRateLimiter Limiter(SharedLimit[] limits, TimeSpan patience = default, string api = Api) =>
        new SharedRateLimits(_tables, api, _time).For(limits, new RateLimitLane(0, 2), patience);

    private async Task<int> SlotsOfAsync(string limit) => (await _tables.GetTableClient(SharedRateLimits.Table)
        .QueryAsync<RateLimitBucket>(bucket => bucket.RowKey == limit, cancellationToken: Token).SingleAsync(Token)).Slots.Length / 9;

    private static TimeSpan WaitedOf(RateLimitLease lease) => lease.TryGetMetadata(SharedRateLimiter.Waited, out var waited) ? waited : throw new InvalidOperationException("It does not say how long it waited.");

    private static TimeSpan RetryAfterOf(RateLimitLease lease) => lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter) ? retryAfter : throw new InvalidOperationException("It does not say when to retry.");
}

[Collection(nameof(Alone))]
public sealed class SharedRateLimiterUseTests
{
    [Fact]
    public async Task AcquireAsync_SixteenWorkersInTwoProcesses_UseTheLimitAndNeverExceedIt()
    {
        var limit = new RateLimit(25, TimeSpan.FromSeconds(1));

        // A storage emulator of its own: the shared one is slow while it writes down what all other tests have left in it.
        await using var emulator = await StorageEmulator.StartAsync(inMemory: false, TestContext.Current.CancellationToken);
        var storage = emulator.NewAccount();

        // A machine that is busy with something else can make them use less, never more: the best of three runs counts, but each must keep the limit.
        var best = 0.0;
        for (var run = 0; run < 3 && best <= 0.95; run++)
        {
            var load = await LimiterLoad.RunAsync(storage, limit, processes: 2, workers: 16, seconds: 8);
            Assert.InRange(load.MostInAnyWindow(), 1, limit.Permits);
            best = Math.Max(best, load.Use);
        }

        Assert.True(best > 0.95, $"Only {best:P1} of the limit was used.");
    }
}
