namespace BillingFunctions.Simulators.Webhooks;

/// <summary>How far a delivery is.</summary>
public enum WebhookState
{
    /// <summary>Not accepted yet; it will be tried, again.</summary>
    Pending = 0,

    /// <summary>Accepted at least once.</summary>
    Delivered = 1,

    /// <summary>All tries were in vain.</summary>
    Failed = 2,

    /// <summary>Lost on purpose, see <see cref="WebhookDisorder.DropRate"/>.</summary>
    Dropped = 3,
}

/// <summary>Something on its way to one endpoint. Thread-safe.</summary>
public abstract class Delivery
{
    private readonly Lock _lock = new();
    private readonly List<WebhookAttempt> _attempts = [];

    private protected Delivery()
    {
    }

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

    /// <summary>How often it is tried at most; null leaves it to <see cref="WebhookRetries.MostAttempts"/>.</summary>
    internal virtual int? MostAttempts => null;

    /// <summary>Makes the request of one try.</summary>
    /// <param name="now">The time of the try.</param>
    internal abstract HttpRequestMessage Build(DateTimeOffset now);

    /// <summary>Whether an answer accepts the delivery.</summary>
    internal virtual Task<bool> IsAcceptedAsync(HttpResponseMessage response, CancellationToken cancellationToken)
        => Task.FromResult(response.IsSuccessStatusCode);

    internal void Drop() => State = WebhookState.Dropped;

    internal void Add(WebhookAttempt attempt, bool isLast)
    {
        lock (_lock)
        {
            _attempts.Add(attempt);
            if (attempt.IsAccepted && State != WebhookState.Delivered)
            {
                State = WebhookState.Delivered;
                OnAccepted();
            }
            else if (isLast && State == WebhookState.Pending)
            {
                State = WebhookState.Failed;
            }
        }
    }

    /// <summary>Runs when it is accepted for the first time.</summary>
    private protected virtual void OnAccepted()
    {
    }
}

/// <summary>One try.</summary>
/// <param name="At">When the answer came, or the waiting ended.</param>
/// <param name="Status">The HTTP status; null when there was no answer.</param>
/// <param name="IsAccepted">Whether the answer accepted the delivery.</param>
public sealed record WebhookAttempt(DateTimeOffset At, int? Status, bool IsAccepted);
