using BillingFunctions.Local.DurableTask.Store;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Local.DurableTask.Engine;

/// <summary>
/// One term of owning the hub, or whatever else one process at a time may have. The owner gives signs of life; who finds it silent for too long, or knows its process to be
/// gone, takes over. That two processes never both write is not the lease's business but that of the versions of all writes.
/// </summary>
internal sealed partial class OwnerLease(IOwnerStore store, DurableOptions options, ILogger logger)
{
    private static readonly TimeSpan Poll = TimeSpan.FromSeconds(1);

    private readonly string _id = Guid.NewGuid().ToString("N");
    private OwnerRecord? _owned;
    private (string? Version, long Since) _watched;

    /// <summary>Takes the hub if it is free or its owner gone.</summary>
    public async Task<bool> TryTakeAsync(CancellationToken cancellationToken)
    {
        var current = await store.FindOwnerAsync(cancellationToken);
        if (current is not null && !IsGone(current))
        {
            return false;
        }

        var me = options.Process;
        _owned = await store.TryWriteOwnerAsync(
            new OwnerRecord(_id, me.Machine, me.ProcessId, me.StartedAt, 0, current?.Version), cancellationToken);
        return _owned is not null;
    }

    /// <summary>Waits until the hub can be taken, however long the storage may be away meanwhile.</summary>
    public async Task TakeAsync(CancellationToken cancellationToken)
    {
        var isTaken = false;
        while (!isTaken)
        {
            await Task.Delay(Poll, options.RealTime, cancellationToken);
            try
            {
                isTaken = await TryTakeAsync(cancellationToken);
            }
            catch (Exception exception) when (exception is not OperationCanceledException)
            {
                Log.TakeFailed(logger, exception);
            }
        }
    }

    /// <summary>Gives signs of life until canceled.</summary>
    /// <exception cref="HubLostException">Another process has taken the hub over.</exception>
    public async Task KeepAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(options.OwnerTimeout / 6, options.RealTime, cancellationToken);
            await BeatAsync(cancellationToken);
        }
    }

    /// <summary>Frees the hub for whoever waits. If that fails, they find out that this process is gone.</summary>
    public async Task ReleaseAsync(CancellationToken cancellationToken)
    {
        try
        {
            await store.DeleteOwnerAsync(_owned!, cancellationToken);
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            Log.ReleaseFailed(logger, exception);
        }
    }

    /// <summary>Gives a sign of life now. Storage that does not answer is no reason to give up.</summary>
    /// <exception cref="HubLostException">Another process has taken the hub over.</exception>
    public async Task BeatAsync(CancellationToken cancellationToken)
    {
        try
        {
            var written = await store.TryWriteOwnerAsync(_owned! with { Beat = _owned.Beat + 1 }, cancellationToken)
                ?? await ReadOwnAsync(cancellationToken);
            _owned = written ?? throw new HubLostException("Another process has taken the hub over.");
        }
        catch (Exception exception) when (exception is not (HubLostException or OperationCanceledException))
        {
            // The storage does not answer; the next beat is due soon.
            Log.BeatFailed(logger, exception);
        }
    }

    // An earlier beat may have been written although its answer got lost.
    private async Task<OwnerRecord?> ReadOwnAsync(CancellationToken cancellationToken) =>
        await store.FindOwnerAsync(cancellationToken) is { } current && current.Id == _id ? current : null;

    private bool IsGone(OwnerRecord owner)
    {
        if (options.Process.KnowsDead(owner))
        {
            return true;
        }

        if (_watched.Version != owner.Version)
        {
            _watched = (owner.Version, options.RealTime.GetTimestamp());
        }

        return options.RealTime.GetElapsedTime(_watched.Since) >= options.OwnerTimeout;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The heartbeat of the durable hub could not be written.")]
        public static partial void BeatFailed(ILogger logger, Exception exception);

        [LoggerMessage(EventId = 3, Level = LogLevel.Warning, Message = "It could not be found out who owns the durable hub.")]
        public static partial void TakeFailed(ILogger logger, Exception exception);

        [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "The durable hub could not be released.")]
        public static partial void ReleaseFailed(ILogger logger, Exception exception);
    }
}
