using BillingFunctions.Simulators.Stripe.Events;

namespace BillingFunctions.Simulators.Stripe.Webhooks;

/// <summary>How far a delivery is.</summary>
public enum WebhookState
{
    /// <summary>Not accepted yet; it will be tried, again.</summary>
    Pending = 0,

    /// <summary>Answered with 2xx at least once.</summary>
    Delivered = 1,

    /// <summary>All tries were in vain.</summary>
    Failed = 2,

    /// <summary>Lost on purpose, see <see cref="WebhookDisorder.DropRate"/>.</summary>
    Dropped = 3,
}

/// <summary>One event on its way to one endpoint. Thread-safe.</summary>
public sealed class WebhookDelivery
{
    private readonly Lock _lock = new();
    private readonly List<WebhookAttempt> _attempts = [];

    internal WebhookDelivery(EventRecord record, WebhookEndpoint endpoint) => (Record, Endpoint) = (record, endpoint);

    public string EventId => Record.Id;

    public string EventType => Record.Type;

    public WebhookEndpoint Endpoint { get; }

    public WebhookState State { get; private set; }

    /// <summary>The tries in the order they ended, those of duplicates too.</summary>
    public IReadOnlyList<WebhookAttempt> Attempts
    {
        get
        {
            lock (_lock)
            {
                return [.. _attempts];
            }
        }
    }

    internal EventRecord Record { get; }

    internal void Drop() => State = WebhookState.Dropped;

    internal void Add(WebhookAttempt attempt, bool isLast)
    {
        lock (_lock)
        {
            _attempts.Add(attempt);
            if (attempt.IsAccepted && State != WebhookState.Delivered)
            {
                State = WebhookState.Delivered;
                Record.Accepted();
            }
            else if (isLast && State == WebhookState.Pending)
            {
                State = WebhookState.Failed;
            }
        }
    }
}

/// <summary>One try.</summary>
/// <param name="At">When the answer came, or the waiting ended.</param>
/// <param name="Status">The HTTP status; null when there was no answer.</param>
public sealed record WebhookAttempt(DateTimeOffset At, int? Status)
{
    public bool IsAccepted => Status is >= 200 and < 300;
}
