using System.Threading.Channels;

namespace BillingFunctions.Simulators.Webhooks;

/// <summary>Tries what is due, several at a time, and comes back to what failed.</summary>
internal sealed class WebhookQueue : IAsyncDisposable
{
    private readonly Channel<WebhookSending> _due = Channel.CreateUnbounded<WebhookSending>();
    private readonly CancellationTokenSource _stopping = new();
    private readonly Lock _lock = new();
    private readonly WebhookClient _client;
    private readonly TimeProvider _time;
    private readonly Task[] _workers;
    private TaskCompletionSource? _idle;
    private int _open;

    public WebhookQueue(WebhookClient client, int concurrency, TimeProvider time)
    {
        (_client, _time) = (client, time);
        _workers = [.. Enumerable.Range(0, concurrency).Select(_ => Task.Run(WorkAsync))];
    }

    public WebhookRetries Retries { get; set; } = new();

    /// <summary>Counts a sending that is to come, so that <see cref="WhenIdleAsync"/> waits for it.</summary>
    public void Open()
    {
        lock (_lock)
        {
            _open++;
        }
    }

    /// <summary>Sends what has been counted.</summary>
    public void Enqueue(WebhookSending sending) => _due.Writer.TryWrite(sending);

    public void EnqueueAfter(WebhookSending sending, TimeSpan delay) => _ = EnqueueAfterAsync(sending, delay);

    public Task WhenIdleAsync(CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            if (_open == 0)
            {
                return Task.CompletedTask;
            }

            _idle ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _idle.Task.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        await Task.WhenAll(_workers).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _client.Dispose();
    }

    private async Task WorkAsync()
    {
        await foreach (var sending in _due.Reader.ReadAllAsync(_stopping.Token))
        {
            await TryAsync(sending);
        }
    }

    private async Task TryAsync(WebhookSending sending)
    {
        var attempt = await _client.TryAsync(sending.Delivery, Retries.Timeout, _stopping.Token);
        var isLast = attempt.IsAccepted || sending.Attempt >= (sending.Delivery.MostAttempts ?? Retries.MostAttempts);
        sending.Delivery.Add(attempt, isLast);
        if (isLast)
        {
            Close();
        }
        else
        {
            EnqueueAfter(sending with { Attempt = sending.Attempt + 1 }, Retries.DelayAfter(sending.Attempt));
        }
    }

    private async Task EnqueueAfterAsync(WebhookSending sending, TimeSpan delay)
    {
        await Task.Delay(delay, _time, _stopping.Token);
        Enqueue(sending);
    }

    private void Close()
    {
        lock (_lock)
        {
            if (--_open == 0)
            {
                _idle?.SetResult();
                _idle = null;
            }
        }
    }
}
