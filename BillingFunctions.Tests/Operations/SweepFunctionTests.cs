using BillingFunctions.Operations;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Sweeping;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.Metrics.Testing;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;

namespace BillingFunctions.Tests.Operations;

public sealed class SweepFunctionTests
{
    private readonly FakeTimeProvider _time = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_OneFails_TheOthersSweep()
    {
        var other = new Sweeper(_ => Task.FromResult(1));

        await Function([new Sweeper(_ => throw new InvalidOperationException("no")), new Sweeper(_ => Task.FromException<int>(new IOException("no"))), other]).RunAsync(new TimerInfo(), Token);

        Assert.Equal(1, other.Sweeps);
    }

    [Fact]
    public async Task Run_OneHangs_IsCutOffBeforeTheNextSweep()
    {
        var sweep = Function([new Sweeper(async token =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, token);
            return 0;
        })]).RunAsync(new TimerInfo(), Token);

        _time.Advance(TimeSpan.FromSeconds(49));
        Assert.False(sweep.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(1));

        await sweep.WaitAsync(TimeSpan.FromSeconds(10), Token);
    }

    [Fact]
    public async Task Run_TheAppStops_StopsToo()
    {
        using var stop = new CancellationTokenSource();
        var sweep = Function([new Sweeper(async token =>
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, _time, token);
            return 0;
        })]).RunAsync(new TimerInfo(), stop.Token);

        await stop.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sweep);
    }

    [Fact]
    public async Task Run_ItsCapabilityIsOff_IsLeftOut()
    {
        var sweeper = new Sweeper(_ => Task.FromResult(1));

        await Function([sweeper], new Capability("test", ["Stripe__ApiKey"], [typeof(Sweeper).Namespace!])).RunAsync(new TimerInfo(), Token);

        Assert.Equal(0, sweeper.Sweeps);
    }

    [Fact]
    public async Task Run_SomethingWasSilent_IsCountedBySweeper()
    {
        using var requeued = new MetricCollector<long>(meterScope: null, BillingMetrics.MeterName, "billing.sweep.requeued");

        await Function([new Sweeper(_ => Task.FromResult(3))]).RunAsync(new TimerInfo(), Token);

        var counted = Assert.Single(requeued.GetMeasurementSnapshot());
        Assert.Equal((3, "test"), (counted.Value, counted.Tags["sweeper"]));
    }

    private SweepFunction Function(IEnumerable<ISweeper> sweepers, params Capability[] capabilities) => new(
        sweepers, new CapabilityStates(capabilities, new ConfigurationBuilder().Build()), _time, NullLogger<SweepFunction>.Instance);

    private sealed class Sweeper(Func<CancellationToken, Task<int>> sweep) : ISweeper
    {
        public int Sweeps { get; private set; }

        public string Name => "test";

        public Task<int> SweepAsync(CancellationToken cancellationToken)
        {
            Sweeps++;
            return sweep(cancellationToken);
        }
    }
}
