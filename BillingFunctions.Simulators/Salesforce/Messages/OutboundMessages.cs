using BillingFunctions.Simulators.Salesforce.Records;
using BillingFunctions.Simulators.Webhooks;

namespace BillingFunctions.Simulators.Salesforce.Messages;

/// <summary>Tells endpoints of the changes of records, at least once, and keeps account of it. Thread-safe.</summary>
public sealed class OutboundMessages : IAsyncDisposable
{
    private const int MostNotifications = 100;
    private const string NotificationPrefix = "04l";

    private readonly Lock _lock = new();
    private readonly List<OutboundEndpoint> _endpoints = [];
    private readonly List<NoticeEndpoint> _noticeEndpoints = [];
    private readonly List<OutboundDelivery> _deliveries = [];
    private readonly RecordStore _store;
    private readonly SoapMessage _message;
    private readonly string _apiUserId;
    private readonly WebhookDispatcher _dispatcher;
    private long _lastNotification;

    internal OutboundMessages(RecordStore store, SoapMessage message, string apiUserId, WebhookDispatcher dispatcher)
    {
        (_store, _message, _apiUserId, _dispatcher) = (store, message, apiUserId, dispatcher);
        _dispatcher.Retries = new WebhookRetries
        {
            MostAttempts = 19,
            FirstDelay = TimeSpan.FromSeconds(30),
            LongestDelay = TimeSpan.FromHours(2),
        };
        _store.Changed = Publish;
    }

    /// <summary>What goes wrong on the way.</summary>
    public WebhookDisorder Disorder => _dispatcher.Disorder;

    /// <summary>How messages that are not accepted are repeated; by default for about 24 hours. May be changed at any time.</summary>
    public WebhookRetries Retries
    {
        get => _dispatcher.Retries;
        set => _dispatcher.Retries = value;
    }

    /// <summary>All messages and notices in the order of their changes.</summary>
    public IReadOnlyList<OutboundDelivery> Deliveries
    {
        get
        {
            lock (_lock)
            {
                return [.. _deliveries];
            }
        }
    }

    /// <summary>Sends outbound messages of whatever changes from now on.</summary>
    /// <exception cref="ArgumentException">The organization has no such object or field.</exception>
    public void Add(OutboundEndpoint endpoint)
    {
        var type = _store.FindType(endpoint.Object) ?? throw new ArgumentException($"The organization has no object {endpoint.Object}.", nameof(endpoint));
        if (endpoint.Fields.FirstOrDefault(field => type.ColumnOf(field) is null) is { } unknown)
        {
            throw new ArgumentException($"{type.Name} has no field {unknown}.", nameof(endpoint));
        }

        lock (_lock)
        {
            _endpoints.Add(endpoint);
        }
    }

    /// <summary>Sends signed JSON notices of whatever changes from now on.</summary>
    public void Add(NoticeEndpoint endpoint)
    {
        lock (_lock)
        {
            _noticeEndpoints.Add(endpoint);
        }
    }

    /// <summary>Sends nothing more to any endpoint; what is on its way still arrives.</summary>
    public void Clear()
    {
        lock (_lock)
        {
            _endpoints.Clear();
            _noticeEndpoints.Clear();
        }
    }

    /// <summary>Waits until everything has been delivered, dropped or given up. What is held back goes at once.</summary>
    public Task WhenDeliveredAsync(CancellationToken cancellationToken) => _dispatcher.WhenDeliveredAsync(cancellationToken);

    /// <summary>Stops at once; what is on its way is cut off.</summary>
    public ValueTask DisposeAsync() => _dispatcher.DisposeAsync();

    private void Publish(IReadOnlyList<RecordChange> changes)
    {
        lock (_lock)
        {
            foreach (var endpoint in _endpoints)
            {
                var told = Told(changes, endpoint.Object, endpoint.IncludesApi).Where(change => change.Kind != ChangeKind.Deleted);
                foreach (var chunk in told.Chunk(MostNotifications))
                {
                    Send(new SoapDelivery(endpoint, [.. chunk.Select(Notify)], _message));
                }
            }

            foreach (var endpoint in _noticeEndpoints)
            {
                foreach (var chunk in Told(changes, endpoint.Object, endpoint.IncludesApi).Chunk(MostNotifications))
                {
                    Send(new NoticeDelivery(endpoint, [.. chunk.Select(change => change.Record.Id)]));
                }
            }
        }
    }

    private IEnumerable<RecordChange> Told(IEnumerable<RecordChange> changes, string type, bool includesApi) => changes.Where(change =>
        string.Equals(change.Record.Type.Name, type, StringComparison.OrdinalIgnoreCase)
        && (includesApi || change.Record.LastModifiedById != _apiUserId));

    private OutboundNotification Notify(RecordChange change)
        => new(SalesforceId.Of(NotificationPrefix, ++_lastNotification), change.Record.Type, change.Record.Id);

    private void Send(OutboundDelivery delivery)
    {
        _deliveries.Add(delivery);
        _dispatcher.Dispatch(delivery);
    }
}
