using BillingFunctions.Platform.Explaining;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Subscriptions.History;

namespace BillingFunctions.Subscriptions.Explain;

/// <summary>Tells the life of a subscription: each event of it, and what that did.</summary>
public sealed class SubscriptionExplainer(SubscriptionStore subscriptions) : IExplainer
{
    public IReadOnlyCollection<string> Kinds => ["subscription"];

    public async Task<Life?> FindAsync(ExplainQuery query, CancellationToken cancellationToken)
    {
        if (!TableKey.IsValid(query.Id) || await subscriptions.FindAsync(query.Id, cancellationToken) is not { History: var history })
        {
            return null;
        }

        var record = history.Record;
        return new Life(query.Kind, query.Id, record?.Status.ToString().ToLowerInvariant() ?? "unknown")
        {
            Reason = record switch
            {
                null => "Only payments of it are known so far; it is read from Stripe.",
                { StripeStatus: { } status } => $"Stripe calls it {status}.",
                _ => null,
            },
            Timeline = [.. history.Audit.Select(EntryOf)],
            Next = record switch
            {
                null => new NextStep("It is read from Stripe."),
                { Status: SubscriptionStatus.Canceled } => null,
                { PastDueSince: not null } => new NextStep("Stripe tells that its open invoice is paid, or that it ends."),
                _ => new NextStep("The paid period ends; Stripe tells of the payment for the next one.", record.CurrentPeriodEnd),
            },
            Related = [.. record is null ? [] : new RelatedThing[] { new("customer", record.CustomerId) }, .. history.Audit.Select(entry => new RelatedThing("webhook_event", entry.EventId, entry.Time)).Distinct()],
        };
    }

    private static TimelineEntry EntryOf(AuditEntry entry) => new(
        entry.Time,
        entry.From is null ? TimelineStep.Received : TimelineStep.Decided,
        entry.From == entry.To || entry.To is null ? $"{entry.Type}: {Named(entry.Outcome)}." : $"{entry.Type}: {(entry.From is { } from ? Named(from) : "no subscription")} to {Named(entry.To.Value)}.")
    {
        Detail = $"{entry.Reason} Event {entry.EventId}.",
        By = "Stripe",
    };

    private static string Named<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();
}
