using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Api.Ids;
using BillingFunctions.Simulators.Stripe.Lists;
using BillingFunctions.Simulators.Stripe.Webhooks;

namespace BillingFunctions.Simulators.Stripe.Events;

/// <summary>All that has happened, in order; each event goes to the webhook endpoints. Thread-safe.</summary>
public sealed class StripeEvents
{
    private static readonly TimeSpan Listed = TimeSpan.FromDays(30);

    private readonly RecordList<EventRecord> _records = new();
    private readonly Lock _lock = new();
    private readonly Random _twins;
    private readonly StripeWebhooks _webhooks;
    private readonly ObjectIds _ids;
    private readonly TimeProvider _time;
    private long _latest;

    internal StripeEvents(StripeWebhooks webhooks, ObjectIds ids, ApiVersion apiVersion, int seed, TimeProvider time)
    {
        (_webhooks, _ids, ApiVersion, _time) = (webhooks, ids, apiVersion, time);
        _twins = new Random(seed);
    }

    /// <summary>Which share of the changes makes a second event with an id of its own, 0 to 1, as Stripe does now and then.</summary>
    public double TwinRate { get; set; }

    /// <summary>All events in the order they happened.</summary>
    public IReadOnlyList<SimulatedEvent> All
        => [.. _records.All.Select(record => new SimulatedEvent(
            record.Id, record.Type, record.Subject.Id, DateTimeOffset.FromUnixTimeSeconds(record.Created)))];

    internal ApiVersion ApiVersion { get; }

    /// <summary>The event as Stripe would send it.</summary>
    /// <param name="apiVersion">The shape; by default that of the simulator.</param>
    /// <exception cref="StripeRefusalException">There is no such event or version.</exception>
    public string JsonOf(string eventId, string? apiVersion = null)
        => Get(eventId).ToJson(apiVersion is null ? ApiVersion : ApiVersion.Of(apiVersion)).ToJsonString(EventJson.Indented);

    internal EventRecord Get(string id)
        => Find(id) ?? throw new StripeRefusalException(StripeProblem.Missing("event", id));

    /// <summary>Finds an event of the last 30 days.</summary>
    internal EventRecord? Find(string id) => _records.Find(id) is { } record && record.Created >= Oldest() ? record : null;

    internal ListPage<EventRecord> List(ListQuery query, Func<EventRecord, bool> matches)
    {
        var oldest = Oldest();
        return _records.List(query, record => record.Created >= oldest && matches(record));
    }

    internal void Add(string type, EventSubject subject, EventCause cause)
    {
        lock (_lock)
        {
            AddOne(type, subject, cause);
            if (_twins.NextDouble() < TwinRate)
            {
                AddOne(type, subject, cause);
            }
        }
    }

    /// <summary>Adds an event of an update, unless it changed nothing.</summary>
    internal void AddUpdate(string type, EventSubject subject, EventCause cause)
    {
        if (subject.ChangesIn(ApiVersion) is { Count: > 0 })
        {
            Add(type, subject, cause);
        }
    }

    private void AddOne(string type, EventSubject subject, EventCause cause)
    {
        // A clock set back must not break the order
        _latest = Math.Max(_latest, _time.GetUtcNow().ToUnixTimeSeconds());
        var record = new EventRecord(_ids.Next("evt_"), type, _latest, cause, subject);
        _records.Add(record);
        _webhooks.Publish(record);
    }

    private long Oldest() => (_time.GetUtcNow() - Listed).ToUnixTimeSeconds();
}
