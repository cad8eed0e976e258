using BillingFunctions.Local.DurableTask.Store;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Local.DurableTask.Engine;

/// <summary>
/// Writes until the outcome is known. After an error a write may or may not have happened; each one leaves a mark by which
/// that can be told, so that nothing is written twice and nothing is given up while the storage is away.
/// </summary>
internal sealed partial class HubWriter(IHubStore store, TimeProvider realTime, ILogger logger)
{
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(5);

    /// <exception cref="HubLostException">Somebody else has written to the instance's history.</exception>
    public async Task<HistoryHead> AppendAsync(HistoryAppend append, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                if (await store.TryAppendAsync(append, cancellationToken) is { } head)
                {
                    return head;
                }

                // The head has moved, perhaps by an earlier attempt of ours whose answer got lost.
                var current = await store.FindHeadAsync(append.InstanceId, cancellationToken);
                if (current?.CommitId == append.CommitId)
                {
                    return current;
                }

                append = append with { Head = Own(append, current) };
                throw new InvalidDataException("The append was refused although the history is as it was expected to be.");
            }
            catch (Exception exception) when (IsStorageFailure(exception, cancellationToken))
            {
                await PauseAsync(attempt, append.InstanceId, exception, cancellationToken);
            }
        }
    }

    /// <summary>Creates an instance; null if there is one of that id.</summary>
    public Task<InstanceRecord?> CreateAsync(InstanceRecord instance, CancellationToken cancellationToken) => RetryAsync<InstanceRecord?>(
        instance.InstanceId,
        async () => await store.TryWriteInstanceAsync(instance, cancellationToken)
            ?? (await store.FindInstanceAsync(instance.InstanceId, withPayloads: false, cancellationToken) is { } found
                && found.ExecutionId == instance.ExecutionId
                    ? instance with { Version = found.Version }
                    : null),
        cancellationToken);

    /// <summary>Stores the end of an instance, unless it has been purged or replaced meanwhile.</summary>
    public Task FinishAsync(InstanceRecord instance, CancellationToken cancellationToken) => RetryAsync(
        instance.InstanceId,
        async () =>
        {
            while (await store.TryWriteInstanceAsync(instance, cancellationToken) is null)
            {
                var found = await store.FindInstanceAsync(instance.InstanceId, withPayloads: false, cancellationToken);
                if (found is null || found.ExecutionId != instance.ExecutionId || found.IsFinished)
                {
                    return true;
                }

                instance = instance with { Version = found.Version };
            }

            return true;
        },
        cancellationToken);

    /// <summary>Repeats a read, or a write that may be repeated, until the storage answers.</summary>
    public async Task<T> RetryAsync<T>(string instanceId, Func<Task<T>> action, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await action();
            }
            catch (Exception exception) when (IsStorageFailure(exception, cancellationToken))
            {
                await PauseAsync(attempt, instanceId, exception, cancellationToken);
            }
        }
    }

    private static bool IsStorageFailure(Exception exception, CancellationToken cancellationToken) =>
        exception is not HubLostException && !(exception is OperationCanceledException && cancellationToken.IsCancellationRequested);

    private static HistoryHead? Own(HistoryAppend append, HistoryHead? current)
    {
        var isOwn = current?.Version == append.Head?.Version || current?.PendingId == append.CommitId;
        return isOwn
            ? current
            : throw new HubLostException($"Another process has written to the history of instance '{append.InstanceId}'.");
    }

    private Task PauseAsync(int attempt, string instanceId, Exception exception, CancellationToken cancellationToken)
    {
        Log.StorageFailed(logger, instanceId, attempt, exception);
        var pause = TimeSpan.FromMilliseconds(Math.Min(LongestPause.TotalMilliseconds, 50 * Math.Pow(2, Math.Min(attempt, 10))));
        return Task.Delay(pause, realTime, cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Storage failed for durable instance {InstanceId}, attempt {Attempt}; it is tried again.")]
        public static partial void StorageFailed(ILogger logger, string instanceId, int attempt, Exception exception);
    }
}
