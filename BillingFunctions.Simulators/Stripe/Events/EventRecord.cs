using System.Text.Json.Nodes;
using BillingFunctions.Simulators.Stripe.Api;
using BillingFunctions.Simulators.Stripe.Lists;

namespace BillingFunctions.Simulators.Stripe.Events;

/// <summary>Something that happened. Its object is written when asked for, since each webhook endpoint may want another API version.</summary>
internal sealed class EventRecord(string id, string type, long created, EventCause cause, EventSubject subject) : IRecord
{
    private int _pendingWebhooks;

    public string Id => id;

    public long Created => created;

    public string Type => type;

    public EventSubject Subject => subject;

    /// <summary>How many endpoints have yet to accept it.</summary>
    public int PendingWebhooks => Volatile.Read(ref _pendingWebhooks);

    public void AddEndpoint() => Interlocked.Increment(ref _pendingWebhooks);

    public void Accepted() => Interlocked.Decrement(ref _pendingWebhooks);

    public JsonObject ToJson(ApiVersion version)
    {
        var data = new JsonObject { ["object"] = subject.Write(version, cause.Livemode) };
        if (subject.ChangesIn(version) is { } previous)
        {
            data["previous_attributes"] = previous;
        }

        var json = new JsonObject
        {
            ["id"] = id,
            ["object"] = "event",
            ["api_version"] = version.Name,
            ["created"] = created,
            ["data"] = data,
            ["livemode"] = cause.Livemode,
            ["pending_webhooks"] = PendingWebhooks,
            ["request"] = new JsonObject { ["id"] = cause.RequestId, ["idempotency_key"] = cause.IdempotencyKey },
            ["type"] = type,
        };
        if (cause.Context is { } context)
        {
            json["account"] = context.Split('/')[^1];
            json["context"] = context;
        }

        return json;
    }
}
