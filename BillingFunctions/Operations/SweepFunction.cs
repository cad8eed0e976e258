using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Sweeping;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Operations;

/// <summary>Runs all sweepers, each by itself: one that fails or is slow holds up no other. May run twice, as they may.</summary>
public sealed partial class SweepFunction(IEnumerable<ISweeper> sweepers, CapabilityStates capabilities, TimeProvider time, ILogger<SweepFunction> logger)
{
    /// <summary>The next sweep comes a minute after this one.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(50);

    [Function(nameof(SweepFunction))]
    public Task RunAsync([TimerTrigger("0 * * * * *")] TimerInfo timer, CancellationToken cancellationToken) =>
        Task.WhenAll(sweepers.Where(sweeper => capabilities.IsOn(sweeper.GetType())).Select(sweeper => SweepAsync(sweeper, cancellationToken)));

    private async Task SweepAsync(ISweeper sweeper, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            var started = time.GetTimestamp();
            var count = await sweeper.SweepAsync(either.Token);
            BillingMetrics.RecordSweep(sweeper.Name, count, time.GetElapsedTime(started));
            if (count > 0)
            {
                Log.Swept(logger, sweeper.Name, count);
            }
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            Log.Failed(logger, sweeper.Name, failure);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Sweeping {Name}: {Count} were silent for two minutes and are queued again.")]
        public static partial void Swept(ILogger logger, string name, int count);

        [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "Sweeping {Name} failed or took too long; the next sweep follows in a minute.")]
        public static partial void Failed(ILogger logger, string name, Exception exception);
    }
}
