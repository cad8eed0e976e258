using BillingFunctions.Connectors.Tasks;
using BillingFunctions.Customers;

namespace BillingFunctions.Connectors.Outbox;

/// <summary>Has every system that a change of a customer concerns sent what it lacks.</summary>
public sealed class OutboxFollower(ConnectorSet connectors, ConnectorOutbox outbox, ConnectorQueues queues, TimeProvider time) : ICustomerFollower
{
    /// <summary>Marks what the write will make necessary, in case the process ends after it.</summary>
    public async Task PrepareAsync(Customer? before, Customer next, string cause, CancellationToken cancellationToken)
    {
        foreach (var connector in IsChange(before, next) ? Behind(next) : [])
        {
            // A sender leaves the entry of a customer that is not there yet, and with it the task.
            await outbox.MarkAsync(connector.Name, next.Id, before is null ? TaskOf(cause) : null, cancellationToken);
        }
    }

    /// <summary>
    /// Marks it once more, in case a sender has read the customer between mark and write. When nothing was changed, what is missing is still marked if nobody has: the process
    /// that made the change may have ended.
    /// </summary>
    public async Task FollowAsync(Customer? before, Customer after, string cause, CancellationToken cancellationToken)
    {
        var isChange = IsChange(before, after);
        foreach (var connector in Behind(after))
        {
            if (isChange && before is not null)
            {
                await outbox.MarkAsync(connector.Name, after.Id, TaskOf(cause), cancellationToken);
            }

            if (isChange || await outbox.TryAddAsync(connector.Name, after.Id, cancellationToken))
            {
                await queues.SendAsync(connector.Name, after.Id, at: null, cancellationToken);
            }
        }
    }

    /// <summary>The connectors that have something to do for a customer.</summary>
    internal IEnumerable<ICustomerConnector> Behind(Customer customer) =>
        connectors.Enabled.Where(connector => ConnectorPlan.For(customer, connector, begun: null, time.GetUtcNow()) is not null);

    private static bool IsChange(Customer? before, Customer after) =>
        before is null || before.Copies.Revision != after.Copies.Revision || before.Deleted != after.Deleted || !before.Content.Equals(after.Content);

    private static string? TaskOf(string cause) => ConnectorTask.IsId(cause) ? cause : null;
}
