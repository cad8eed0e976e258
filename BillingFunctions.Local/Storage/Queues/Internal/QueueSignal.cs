using System.Collections.Concurrent;

namespace BillingFunctions.Local.Storage.Queues;

/// <summary>Tells a listener in this process that a message was put into its queue, so that it need not wait for its next look.</summary>
internal sealed class QueueSignal : IDisposable
{
    private static readonly ConcurrentDictionary<QueueSignal, string> Listening = new();

    private TaskCompletionSource _sent = New();

    public QueueSignal(string address)
    {
        Listening[this] = address;
    }

    /// <summary>The queue at the address has a message that can be received at once.</summary>
    public static void Raise(string address)
    {
        foreach (var (signal, _) in Listening.Where(pair => pair.Value == address))
        {
            signal._sent.TrySetResult();
        }
    }

    /// <summary>Waits for a message or until the time is over; a message that was put since the last wait ends it at once.</summary>
    public async Task WaitAsync(TimeSpan atMost, TimeProvider time, CancellationToken cancellationToken)
    {
        using var over = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        await Task.WhenAny(_sent.Task, Task.Delay(atMost, time, over.Token));
        await over.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
        if (_sent.Task.IsCompleted)
        {
            _sent = New();
        }
    }

    public void Dispose() => Listening.TryRemove(this, out _);

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
