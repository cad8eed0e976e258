using BillingFunctions.Connectors.Outbox;
using BillingFunctions.Connectors.Tasks;
using BillingFunctions.Customers;
using BillingFunctions.Platform.Explaining;

namespace BillingFunctions.Connectors.Explain;

/// <summary>Adds to the life of a customer what the connected systems have of it, and what they are behind with.</summary>
public sealed class ConnectorTimeline(ConnectorSet connectors, CustomerDirectory directory, ConnectorOutbox outbox, ConnectorTaskStore tasks) : ITimelineSource
{
    public async Task<TimelinePart> ListAsync(Life life, CancellationToken cancellationToken)
    {
        if (life.Kind != "customer" || await directory.FindAsync(life.Id, cancellationToken) is not { } customer)
        {
            return TimelinePart.None;
        }

        var creation = tasks.FindAsync(ConnectorTask.IdOfCreation(customer.Id), cancellationToken);
        var parts = await Task.WhenAll(connectors.All.Select(connector => PartAsync(connector.Name, customer, cancellationToken)));
        var asked = await creation is { } task ? [new TimelineEntry(task.CreatedAt, TimelineStep.Received, "A request asked for it to be created.") { By = Customer.FromApi, Detail = $"Task {task.Id}." }] : Array.Empty<TimelineEntry>();
        return new TimelinePart(
            [.. asked, .. parts.SelectMany(part => part.Timeline)],
            parts.Select(part => part.Next).OfType<NextStep>().OrderBy(next => next.At ?? DateTimeOffset.MaxValue).FirstOrDefault());
    }

    private async Task<TimelinePart> PartAsync(string connector, Customer customer, CancellationToken cancellationToken)
    {
        var entry = await outbox.FindAsync(connector, customer.Id, cancellationToken);
        var result = await tasks.FindResultAsync(ConnectorTask.IdOfCreation(customer.Id), connector, cancellationToken);
        return new TimelinePart([.. Written(connector, customer), .. Created(connector, result), .. Waiting(connector, entry)], entry switch
        {
            null => null,
            { IsGivenUp: true } => new NextStep($"An operator looks into the reason and retries the failed job of {connector}."),
            _ => new NextStep($"It is sent to {connector}.", entry.DueAt),
        });
    }

    private static IEnumerable<TimelineEntry> Written(string connector, Customer customer)
    {
        if (customer.CopyIn(connector) is { } copy && (copy.WriteEnded ?? copy.WriteBegan) is { } at)
        {
            yield return new(at, TimelineStep.Attempted, $"It was written to {connector} last.") { Detail = copy.Id };
        }

        if (customer.CopyIn(connector) is { SeenAt: { } seen } heard)
        {
            yield return new(seen, TimelineStep.Received, $"{connector} told of it last.") { By = connector, Detail = heard.Id };
        }
    }

    private static IEnumerable<TimelineEntry> Created(string connector, TaskResult? result)
    {
        if (result is not null)
        {
            yield return new(result.FinishedAt, result.Succeeded ? TimelineStep.Attempted : TimelineStep.Failed, result.Succeeded ? $"It was created in {connector}." : $"Its creation in {connector} was given up.")
            {
                Attempt = result.Attempts,
                Detail = result.Error ?? result.RemoteId,
            };
        }
    }

    private static IEnumerable<TimelineEntry> Waiting(string connector, OutboxEntry? entry)
    {
        if (entry is not null)
        {
            yield return new(entry.Since, TimelineStep.Decided, $"It differs from what {connector} has, and is to be sent.")
            {
                Attempt = entry.Attempts == 0 ? null : entry.Attempts,
                Detail = entry.Error,
            };
        }
    }
}
