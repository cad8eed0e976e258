using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Events;
using BillingFunctions.Simulators.Webhooks;

namespace BillingFunctions.Simulators.Stripe.Webhooks;

/// <summary>Sends every event to the endpoints, at least once, and keeps account of it. Thread-safe.</summary>
public sealed class StripeWebhooks : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<WebhookEndpoint> _endpoints = [];
    private readonly List<WebhookDelivery> _deliveries = [];
    private readonly ApiVersion _defaultVersion;
    private readonly WebhookDispatcher _dispatcher;

    internal StripeWebhooks(ApiVersion defaultVersion, int concurrency, int seed, TimeProvider time)
        => (_defaultVersion, _dispatcher) = (defaultVersion, new WebhookDispatcher(concurrency, seed, time));

    /// <summary>What goes wrong on the way.</summary>
    public WebhookDisorder Disorder => _dispatcher.Disorder;

    /// <summary>How failed tries are repeated; may be changed at any time.</summary>
    public WebhookRetries Retries
    {
        get => _dispatcher.Retries;
        set => _dispatcher.Retries = value;
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
        VersionOf(endpoint);
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
            _dispatcher.Resend(delivery);
        }
    }

    /// <summary>Waits until every event has been delivered, dropped or given up. Events held back go at once.</summary>
    public Task WhenDeliveredAsync(CancellationToken cancellationToken) => _dispatcher.WhenDeliveredAsync(cancellationToken);

    /// <summary>Stops at once; what is on its way is cut off.</summary>
    public ValueTask DisposeAsync() => _dispatcher.DisposeAsync();

    internal void Publish(EventRecord record)
    {
        lock (_lock)
        {
            foreach (var endpoint in _endpoints.Where(endpoint => endpoint.Types.Count == 0 || endpoint.Types.Contains(record.Type)))
            {
                record.AddEndpoint();
                var delivery = new WebhookDelivery(record, endpoint, VersionOf(endpoint));
                _deliveries.Add(delivery);
                _dispatcher.Dispatch(delivery);
            }
        }
    }

    private ApiVersion VersionOf(WebhookEndpoint endpoint) => endpoint.ApiVersion is { } name ? ApiVersion.Of(name) : _defaultVersion;
}
