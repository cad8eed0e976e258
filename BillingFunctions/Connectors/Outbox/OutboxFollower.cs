using BillingFunctions.Connectors.Tasks;
using BillingFunctions.Customers;
using BillingFunctions.Customers.Merging;

namespace BillingFunctions.Connectors.Outbox;

/// <summary>Has every system that a change of a customer concerns sent what it lacks.</summary>
public sealed class OutboxFollower(ConnectorSet connectors, ConnectorOutbox outbox, ConnectorQueues queues, TimeProvider time) : ICustomerFollower
{
    /// <summary>A system that is in line has no call under way that could tell of anything else.</summary>
    public async Task<CustomerContent?> FindUnderWayAsync(Customer customer, string system, CancellationToken cancellationToken) =>
        Behind(customer).Any(connector => connector.Name == system) ? (await outbox.FindAsync(system, customer.Id, cancellationToken))?.Sent : null;

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
    /// Marks it once more, in case a sender has read the customer between mark and write, and with the task that waits for it, be it that the task has changed nothing. Whatever
    /// else is missing is marked if nobody has: the process that made the change may have ended.
    /// </summary>
    public async Task FollowAsync(Customer? before, Customer after, string cause, CancellationToken cancellationToken)
    {
        var isChange = IsChange(before, after);
        foreach (var connector in Behind(after))
        {
            var isMarked = before is not null && (isChange || TaskOf(cause) is not null);
            if (isMarked)
            {
                await outbox.MarkAsync(connector.Name, after.Id, TaskOf(cause), cancellationToken);
            }

            if (isMarked || isChange || await outbox.TryAddAsync(connector.Name, after.Id, cancellationToken))
            {
                await queues.SendAsync(connector.Name, after.Id, at: null, cancellationToken);
            }
        }
    }

    /// <summary>The connectors that have something to do for a customer.</summary>
    internal IEnumerable<ICustomerConnector> Behind(Customer customer) => connectors.Enabled.Where(connector =>
        ConnectorPlan.For(customer, connector, begun: null, time.GetUtcNow()) is not null || MayHave(connector, customer));

    /// <summary>What is called while a deletion is asked for may make the customer yet: its entry tells.</summary>
    private static bool MayHave(ICustomerConnector connector, Customer customer) =>
        customer is { Deleted: true, Copies.DeletionAskedAt: not null } && customer.CopyIn(connector.Name) is null or { Id: null };

    private static bool IsChange(Customer? before, Customer after) =>
        before is null || before.Copies.Revision != after.Copies.Revision || before.Deleted != after.Deleted || !before.Content.Equals(after.Content);

    private static string? TaskOf(string cause) => ConnectorTask.IsId(cause) ? cause : null;
}
