namespace BillingFunctions.Simulators.Webhooks;

/// <summary>Sends deliveries, at least once each, as late, doubled and out of order as the disorder says. Thread-safe.</summary>
internal sealed class WebhookDispatcher : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly WebhookHold _hold = new();
    private readonly WebhookQueue _queue;
    private readonly ITimer _release;

    public WebhookDispatcher(int concurrency, int seed, TimeProvider time)
    {
        _queue = new WebhookQueue(new WebhookClient(time), concurrency, time);
        _release = time.CreateTimer(_ => Release(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Disorder = new WebhookDisorder(seed);
    }

    /// <summary>What goes wrong on the way.</summary>
    public WebhookDisorder Disorder { get; }

    /// <summary>How failed tries are repeated.</summary>
    public WebhookRetries Retries
    {
        get => _queue.Retries;
        set => _queue.Retries = value;
    }

    /// <summary>Sends a delivery, unless it is to be lost.</summary>
    public void Dispatch(Delivery delivery)
    {
        lock (_lock)
        {
            var fate = Disorder.Next();
            if (fate.IsDropped)
            {
                delivery.Drop();
                return;
            }

            for (var copy = 0; copy < fate.Copies; copy++)
            {
                Dispatch(new WebhookSending(delivery, 1), fate);
            }
        }
    }

    /// <summary>Sends a delivery once more, in order and without delay.</summary>
    public void Resend(Delivery delivery)
    {
        _queue.Open();
        _queue.Enqueue(new WebhookSending(delivery, 1));
    }

    /// <summary>Waits until everything has been delivered, dropped or given up. What is held back goes at once.</summary>
    public Task WhenDeliveredAsync(CancellationToken cancellationToken)
    {
        Release();
        return _queue.WhenIdleAsync(cancellationToken);
    }

    /// <summary>Stops at once; what is on its way is cut off.</summary>
    public async ValueTask DisposeAsync()
    {
        await _release.DisposeAsync();
        await _queue.DisposeAsync();
    }

    private void Dispatch(WebhookSending sending, WebhookFate fate)
    {
        _queue.Open();
        if (fate.Overtaking > 0)
        {
            _hold.Add(sending, fate.Overtaking);
            _release.Change(Disorder.HoldAtMost, Timeout.InfiniteTimeSpan);
            return;
        }

        if (fate.Delay > TimeSpan.Zero)
        {
            _queue.EnqueueAfter(sending, fate.Delay);
        }
        else
        {
            _queue.Enqueue(sending);
        }

        _hold.Overtake().ForEach(_queue.Enqueue);
    }

    private void Release()
    {
        lock (_lock)
        {
            _hold.TakeAll().ForEach(_queue.Enqueue);
        }
    }
}
