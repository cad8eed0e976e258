using BillingFunctions.Connectors.Tasks;
using BillingFunctions.Customers;
using BillingFunctions.Customers.Merging;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Connectors.Outbox;

/// <summary>Has every system that a change of a customer concerns sent what it lacks.</summary>
public sealed class OutboxFollower : ICustomerFollower
{
    private readonly ConnectorSet _connectors;
    private readonly ConnectorOutbox _outbox;
    private readonly ConnectorQueues _queues;
    private readonly TimeProvider _time;

    /// <summary>Customers that change at the same time share one message to a connector that takes many at a time.</summary>
    private readonly GroupCommit<string, string, bool> _messages;

    public OutboxFollower(ConnectorSet connectors, ConnectorOutbox outbox, ConnectorQueues queues, TimeProvider time)
    {
        (_connectors, _outbox, _queues, _time) = (connectors, outbox, queues, time);
        _messages = new GroupCommit<string, string, bool>(customers => customers.Count, TellAsync);
    }

    /// <summary>A system that is in line has no call under way that could tell of anything else.</summary>
    public async Task<CustomerContent?> FindUnderWayAsync(Customer customer, string system, CancellationToken cancellationToken) =>
        Behind(customer).Any(connector => connector.Name == system) ? (await _outbox.FindAsync(system, customer.Id, cancellationToken))?.Sent : null;

    /// <summary>Marks what the write will make necessary, in case the process ends after it.</summary>
    public async Task PrepareAsync(Customer? before, Customer next, string cause, CancellationToken cancellationToken)
    {
        foreach (var connector in Behind(next).Where(connector => Concerns(connector, before, next)))
        {
            // A sender leaves the entry of a customer that is not there yet, and with it the task.
            await _outbox.MarkAsync(connector.Name, next.Id, before is null ? TaskOf(cause) : null, cancellationToken);
        }
    }

    /// <summary>
    /// Marks it once more, in case a sender has read the customer between mark and write, and with the task that waits for it, be it that the task has changed nothing. A change
    /// that is repeated, because the process that made it may have ended, marks what is missing.
    /// </summary>
    public async Task FollowAsync(Customer? before, Customer after, string cause, CancellationToken cancellationToken)
    {
        var isSame = ReferenceEquals(before, after);
        foreach (var connector in Behind(after))
        {
            var (isConcerned, task) = (Concerns(connector, before, after), TaskOf(cause));
            if (before is not null && (isConcerned || task is not null))
            {
                await _outbox.MarkAsync(connector.Name, after.Id, task, cancellationToken);
                await TellAsync(connector, after.Id, cancellationToken);
            }
            else if (isConcerned || (isSame && await _outbox.TryAddAsync(connector.Name, after.Id, cancellationToken)))
            {
                await TellAsync(connector, after.Id, cancellationToken);
            }
        }
    }

    /// <summary>The connectors that have something to do for a customer.</summary>
    internal IEnumerable<ICustomerConnector> Behind(Customer customer) => _connectors.Enabled.Where(connector =>
        ConnectorPlan.For(customer, connector, begun: null, _time.GetUtcNow()) is not null || MayHave(connector, customer));

    private Task TellAsync(ICustomerConnector connector, string customerId, CancellationToken cancellationToken) => connector.MaxBatch == 1
        ? _queues.SendAsync(connector.Name, customerId, at: null, cancellationToken)
        : _messages.AddAsync(connector.Name, customerId).WaitAsync(cancellationToken);

    private async Task<IReadOnlyList<bool>> TellAsync(string connector, IReadOnlyList<string> customers)
    {
        // Not to be canceled: the customers are of several callers.
        await _queues.SendAsync(connector, customers is [var only] ? only : null, at: null, CancellationToken.None);
        return [.. customers.Select(_ => true)];
    }

    /// <summary>What is called while a deletion is asked for may make the customer yet: its entry tells.</summary>
    private static bool MayHave(ICustomerConnector connector, Customer customer) =>
        customer is { Deleted: true, Copies.DeletionAskedAt: not null } && customer.CopyIn(connector.Name) is null or { Id: null };

    /// <summary>Whether a change makes another call necessary than the customer needed before. Else the entry is there already, from the change that made it necessary.</summary>
    private bool Concerns(ICustomerConnector connector, Customer? before, Customer after) =>
        before is null || before.Copies.Revision != after.Copies.Revision || before.Deleted != after.Deleted || DescribeCall(connector, before) != DescribeCall(connector, after);

    /// <summary>What is to be sent to a system, to compare; null when it is in line.</summary>
    private string? DescribeCall(ICustomerConnector connector, Customer customer) =>
        ConnectorPlan.For(customer, connector, begun: null, _time.GetUtcNow()) is { } call ? $"{call.Action} {ConnectorPlan.DigestOf(call.Target)} {string.Join('\n', call.Changes.OrderBy(change => change.Key, StringComparer.Ordinal))}" : null;

    private static string? TaskOf(string cause) => ConnectorTask.IsId(cause) ? cause : null;
}
