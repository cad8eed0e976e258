using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Retention;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Operations;

/// <summary>Removes once a day what need not be kept any longer, one kind after the other; one that fails or takes too long holds up no other. May run twice, as they may.</summary>
public sealed partial class RetentionFunction(IEnumerable<IRetention> retentions, CapabilityStates capabilities, TimeProvider time, ILogger<RetentionFunction> logger)
{
    /// <summary>For one kind: all of them end before the host's limit of 30 minutes for a function.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(4);

    [Function(nameof(RetentionFunction))]
    public async Task RunAsync([TimerTrigger("0 40 3 * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        foreach (var retention in retentions.Where(retention => capabilities.IsOn(retention.GetType())))
        {
            await RemoveAsync(retention, cancellationToken);
        }
    }

    private async Task RemoveAsync(IRetention retention, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, limit.Token);
        try
        {
            var count = await retention.RemoveAsync(either.Token);
            Log.Removed(logger, retention.Name, count);
        }
        catch (Exception) when (limit.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            Log.Stopped(logger, retention.Name, Limit);
        }
        catch (Exception failure) when (!cancellationToken.IsCancellationRequested)
        {
            Log.Failed(logger, retention.Name, failure);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Retention of {Name}: {Count} rows were too old and are removed.")]
        public static partial void Removed(ILogger logger, string name, int count);

        [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "Retention of {Name} was stopped after {Limit}; it goes on tomorrow.")]
        public static partial void Stopped(ILogger logger, string name, TimeSpan limit);

        [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "Retention of {Name} failed; it is tried again tomorrow.")]
        public static partial void Failed(ILogger logger, string name, Exception exception);
    }
}
