using BillingFunctions.Platform.Explaining;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Webhooks.Applying;
using BillingFunctions.Webhooks.Inbox;

namespace BillingFunctions.Webhooks.Explain;

/// <summary>Tells the life of an event in the inbox.</summary>
public sealed class WebhookEventExplainer(InboxStore store) : IExplainer
{
    public IReadOnlyCollection<string> Kinds => ["webhook_event"];

    public async Task<Life?> FindAsync(ExplainQuery query, CancellationToken cancellationToken)
    {
        if (await store.SearchAsync(query.Id, cancellationToken, query.Created) is not [var stored, ..])
        {
            return null;
        }

        var settled = Settled(stored);
        return new Life(query.Kind, stored.Id, stored.Status.ToString().ToLowerInvariant())
        {
            Reason = stored.Error,
            Timeline =
            [
                new(stored.Created, TimelineStep.Received, $"{stored.Type} happened at Stripe.") { By = "Stripe" },
                new(stored.ReceivedAt, TimelineStep.Received, "It was stored in the inbox.") { By = stored.Source },
                .. settled is null ? [] : new[] { settled },
            ],
            Next = stored.Status switch
            {
                EventStatus.Received => new NextStep("It is applied; what has been silent for two minutes is queued again."),
                EventStatus.Failed => new NextStep("An operator looks into the reason and retries the failed job, or replays the event."),
                _ => null,
            },
            Related = await RelatedAsync(stored, cancellationToken),
            Jobs = [(StripeEventBatch.Queue, stored.Id)],
        };
    }

    private static TimelineEntry? Settled(StoredEvent stored) => stored is { SettledAt: { } at }
        ? stored.Status switch
        {
            EventStatus.Applied => new TimelineEntry(at, TimelineStep.Decided, "It was applied."),
            EventStatus.Ignored => new TimelineEntry(at, TimelineStep.Decided, "It was ignored.") { Detail = stored.Error },
            _ => new TimelineEntry(at, TimelineStep.Failed, "It could not be applied.") { Detail = stored.Error },
        }
        : null;

    /// <summary>What the event is about.</summary>
    private async Task<IReadOnlyList<RelatedThing>> RelatedAsync(StoredEvent stored, CancellationToken cancellationToken)
    {
        if (await store.ReadPayloadAsync(stored.Key, cancellationToken) is not { } payload || StripeEvent.Parse(payload) is not { } parsed)
        {
            return [];
        }

        var (type, id) = (parsed.Object.Text("object"), parsed.Object.Text("id"));
        var subscription = type == "subscription" ? id : parsed.Object.Text("subscription") ?? parsed.Object.Child("parent").Child("subscription_details").Text("subscription");
        var customer = type == "customer" ? id : parsed.Object.Text("customer");
        return [.. Related("subscription", subscription), .. Related("customer", customer)];
    }

    private static IEnumerable<RelatedThing> Related(string kind, string? id) => TableKey.IsValid(id) ? [new RelatedThing(kind, id)] : [];
}
