using BillingFunctions.Customers.Audit;
using BillingFunctions.Customers.Events;
using BillingFunctions.Platform.Explaining;

namespace BillingFunctions.Customers.Explain;

/// <summary>Tells the life of a customer: where it came from, and what was overwritten or merged. What the connected systems are behind with, the connectors add.</summary>
public sealed class CustomerExplainer(CustomerDirectory directory, CustomerAudit audit) : IExplainer
{
    /// <summary>Of more entries, the newest.</summary>
    private const int MaxEntries = 200;

    public IReadOnlyCollection<string> Kinds => ["customer"];

    public async Task<Life?> FindAsync(ExplainQuery query, CancellationToken cancellationToken)
    {
        if (await directory.FindAsync(query.Id, cancellationToken) is not { } customer)
        {
            return null;
        }

        var entries = await audit.ListAsync(customer.Id, after: null, MaxEntries, cancellationToken).Take(MaxEntries).ToListAsync(cancellationToken);
        return new Life(query.Kind, customer.Id, customer.Status)
        {
            Timeline = [.. RecordOf(customer), .. entries.Select(one => EntryOf(one.Entry))],
            Related = customer.LastEvent is { EventId.Length: > 0 } last && last != EventVersion.None
                ? [new("webhook_event", last.EventId, DateTimeOffset.FromUnixTimeSeconds(last.Created))]
                : [],
            Names = [.. new[] { query.Id, customer.Id, customer.StripeId }.OfType<string>().Distinct()],
        };
    }

    private static IEnumerable<TimelineEntry> RecordOf(Customer customer)
    {
        if (customer.Created is { } created)
        {
            yield return new(created, TimelineStep.Received, "It was created.") { By = customer.Origin };
        }

        if (customer.LastEvent != EventVersion.None)
        {
            yield return new(DateTimeOffset.FromUnixTimeSeconds(customer.LastEvent.Created), TimelineStep.Received, customer.Deleted ? "Stripe told that it was deleted." : "Stripe told of it last.")
            {
                By = Customer.FromStripe,
                Detail = customer.LastEvent.EventId is { Length: > 0 } id ? $"Event {id}." : null,
            };
        }

        if (customer.LastIngestedAt is { } uploaded)
        {
            yield return new(uploaded, TimelineStep.Received, "It was in an uploaded file.") { By = Customer.FromUpload, Detail = customer.LastIngestedBy is { } upload ? $"Upload {upload}." : null };
        }

        if (customer.Copies.DeletionAskedAt is { } asked)
        {
            yield return new(asked, TimelineStep.Received, "A request asked for it to be deleted in all systems.") { By = Customer.FromApi };
        }

        yield return new(customer.UpdatedAt, TimelineStep.Decided, "Its record was written last.");
    }

    private static TimelineEntry EntryOf(AuditEntry entry) => new(
        entry.At,
        TimelineStep.Decided,
        entry.Field is { } field ? $"{field}: {entry.Kept ?? "nothing"} of {entry.KeptFrom} stays, {entry.Lost ?? "nothing"} of {entry.LostFrom} is lost." : $"It was {entry.What.Replace('_', ' ')}.")
    {
        Detail = entry.Detail,
        By = entry.Cause,
    };
}
