using System.Text.Json;
using System.Text.Json.Nodes;
using BillingFunctions.Subscriptions.Access;
using BillingFunctions.Subscriptions.History;
using BillingFunctions.Webhooks.Applying;

namespace BillingFunctions.Testing.Builders;

/// <summary>Makes what Stripe says of one subscription, a day apart unless told, and reads it as the app does, in every order of arrival.</summary>
internal sealed class SubscriptionWordsBuilder
{
    public const long Day = 86_400;

    private readonly List<StripeEvent> _events = [];
    private long _now = SubscriptionLifeBuilder.Start - Day;

    public IReadOnlyList<StripeEvent> Events => _events;

    /// <summary>The time of the last event.</summary>
    public DateTimeOffset Now => DateTimeOffset.FromUnixTimeSeconds(_now);

    public SubscriptionWordsBuilder Created(string status, string? latestInvoice = null, params (string Name, JsonNode? Value)[] fields) =>
        Subscription("customer.subscription.created", status, latestInvoice, Day, fields);

    /// <param name="before">The status before, if the event says that it changed.</param>
    public SubscriptionWordsBuilder Updated(string status, string? latestInvoice = null, long after = Day, string? before = null)
    {
        Subscription("customer.subscription.updated", status, latestInvoice, after);
        _events[^1] = _events[^1] with { Previous = before is null ? default : JsonSerializer.SerializeToElement(new { status = before }) };
        return this;
    }

    /// <summary>Any event that carries the subscription.</summary>
    public SubscriptionWordsBuilder Subscription(string type, string status, string? latestInvoice = null, long after = Day, params (string Name, JsonNode? Value)[] fields)
    {
        var body = JsonNode.Parse(StripeObjectBuilder.Subscription(status))!.AsObject();
        body["latest_invoice"] = latestInvoice;
        foreach (var (name, value) in fields)
        {
            body[name] = value?.DeepClone();
        }

        return Add(type, body, after);
    }

    public SubscriptionWordsBuilder Paid(string invoice, string status = "paid", string type = "invoice.paid", long after = Day, long amount = 1250)
    {
        var body = JsonNode.Parse(StripeObjectBuilder.Invoice())!.AsObject();
        (body["id"], body["status"], body["amount_due"], body["amount_paid"]) = (invoice, status, amount, amount);
        return Add(type, body, after);
    }

    public SubscriptionWordsBuilder Deleted() => Subscription("customer.subscription.deleted", "canceled");

    /// <summary>What the events come to. Fails if another order of arrival comes to something else.</summary>
    public SubscriptionHistory Read()
    {
        var read = _events.Select(one => SubscriptionEventReader.Read(one)!).ToList();
        var history = SubscriptionHistory.Fold(read);
        foreach (var order in StripeEventBuilder.Orders(read))
        {
            var arrived = order.Aggregate(SubscriptionState.Empty, (state, one) => state.With([one])).History;
            Assert.Equal(history.Record, arrived.Record);
            Assert.Equal(history.Audit, arrived.Audit);
        }

        return history;
    }

    /// <summary>Whether the customer has access, without grace.</summary>
    /// <param name="after">Seconds since the last event.</param>
    public AccessDecision Access(long after = 0) =>
        AccessDecision.From(Read().Record is { } record ? [SubscriptionAccess.From(record)] : [], TimeSpan.Zero, Now.AddSeconds(after));

    private SubscriptionWordsBuilder Add(string type, JsonObject body, long after)
    {
        _now += after;
        _events.Add(StripeEventBuilder.Event($"evt_{_events.Count:D3}", type, _now, body.ToJsonString()));
        return this;
    }
}
