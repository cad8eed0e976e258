using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Events;

namespace BillingFunctions.Simulators.Stripe.Webhooks;

/// <summary>Sends every event to the endpoints, at least once, and keeps account of it. Thread-safe.</summary>
public sealed class StripeWebhooks : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<WebhookEndpoint> _endpoints = [];
    private readonly List<WebhookDelivery> _deliveries = [];
    private readonly WebhookHold _hold = new();
    private readonly WebhookQueue _queue;
    private readonly ITimer _release;

    internal StripeWebhooks(ApiVersion defaultVersion, int concurrency, int seed, TimeProvider time)
    {
        _queue = new WebhookQueue(new WebhookSender(defaultVersion, time), concurrency, time);
        _release = time.CreateTimer(_ => Release(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        Disorder = new WebhookDisorder(seed);
    }

    /// <summary>What goes wrong on the way.</summary>
    public WebhookDisorder Disorder { get; }

    /// <summary>How failed tries are repeated; may be changed at any time.</summary>
    public WebhookRetries Retries
    {
        get => _queue.Retries;
        set => _queue.Retries = value;
    }

    /// <summary>All deliveries in the order of their events.</summary>
    public IReadOnlyList<WebhookDelivery> Deliveries
    {
        get
        {
            lock (_lock)
            {
                return [.. _deliveries];
            }
        }
    }

    /// <summary>The deliveries of one event, one an endpoint.</summary>
    public IReadOnlyList<WebhookDelivery> DeliveriesOf(string eventId) => [.. Deliveries.Where(delivery => delivery.EventId == eventId)];

    /// <summary>Sends to an endpoint whatever happens from now on.</summary>
    /// <exception cref="StripeRefusalException">The simulator does not speak the endpoint's API version.</exception>
    public void Add(WebhookEndpoint endpoint)
    {
        if (endpoint.ApiVersion is { } version)
        {
            ApiVersion.Of(version);
        }

        lock (_lock)
        {
            _endpoints.Add(endpoint);
        }
    }

    /// <summary>Sends no more events to an endpoint; those on their way still arrive.</summary>
    public void Remove(WebhookEndpoint endpoint)
    {
        lock (_lock)
        {
            _endpoints.Remove(endpoint);
        }
    }

    /// <summary>Sends an event once more to all its endpoints, in order and without delay, as a person can; a dropped one too.</summary>
    public void Resend(string eventId)
    {
        foreach (var delivery in DeliveriesOf(eventId))
        {
            _queue.Open();
            _queue.Enqueue(new WebhookSending(delivery, 1));
        }
    }

    /// <summary>Waits until every event has been delivered, dropped or given up. Events held back go at once.</summary>
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

    internal void Publish(EventRecord record)
    {
        lock (_lock)
        {
            foreach (var endpoint in _endpoints.Where(endpoint => endpoint.Types.Count == 0 || endpoint.Types.Contains(record.Type)))
            {
                record.AddEndpoint();
                var delivery = new WebhookDelivery(record, endpoint);
                _deliveries.Add(delivery);
                Dispatch(delivery, Disorder.Next());
            }
        }
    }

    private void Dispatch(WebhookDelivery delivery, WebhookFate fate)
    {
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
