using System.Collections.Immutable;
using BillingFunctions.Connectors.Outbox;
using BillingFunctions.Connectors.Tasks;
using BillingFunctions.Customers;
using BillingFunctions.Customers.Events;
using BillingFunctions.Customers.Merging;

namespace BillingFunctions.Connectors.Requests;

/// <summary>Stores what a request asks for a customer, with a task that follows it through the connectors.</summary>
public sealed class RequestCustomer(ConnectorSet connectors, CustomerDirectory directory, ConnectorTaskStore tasks, OutboxFollower follower, TimeProvider time)
{
    /// <summary>Creates a customer. Asked again with the same content, it goes on where it was.</summary>
    /// <returns>The task; null when the id was used with another content, or its customer is deleted.</returns>
    internal async Task<ConnectorTask?> CreateAsync(string id, CustomerBody body, CancellationToken cancellationToken)
    {
        var asked = NewTask(ConnectorTask.IdOfCreation(id), TaskKind.CreateCustomer, id) with { Body = body.Digest() };
        var known = await directory.FindAsync(id, cancellationToken);
        if (known is { Deleted: true } && await tasks.FindAsync(asked.Id, cancellationToken) is null)
        {
            return null;
        }

        var task = await tasks.AddAsync(asked, cancellationToken);
        if (task.Body != asked.Body)
        {
            return null;
        }

        await ChangeAsync(
            task,
            stored => stored switch
            {
                null => SnapshotMerge.Change(New(id), body.Changes, time.GetUtcNow()),
                { Deleted: true } => null,
                _ => AsOurs(SnapshotMerge.Change(stored, ReferenceEquals(task, asked) ? body.Changes : Undone(stored, body, task), time.GetUtcNow())),
            },
            cancellationToken,
            expectNew: known is null);
        return task;
    }

    /// <summary>Changes a customer.</summary>
    /// <returns>The task; null when there is no such customer, or it is deleted.</returns>
    internal Task<ConnectorTask?> UpdateAsync(string id, CustomerBody body, CancellationToken cancellationToken) =>
        RequestAsync(id, TaskKind.UpdateCustomer, stored => AsOurs(SnapshotMerge.Change(stored, body.Changes, time.GetUtcNow())), cancellationToken);

    /// <summary>Deletes a customer here and in every system that has it.</summary>
    /// <returns>The task; null when there is no such customer, or it is deleted.</returns>
    internal Task<ConnectorTask?> DeleteAsync(string id, CancellationToken cancellationToken) =>
        RequestAsync(id, TaskKind.DeleteCustomer, stored => Deleted(stored.WithStripesCopy(), time.GetUtcNow()), cancellationToken);

    private static Customer New(string id) => new() { Id = id, LastEvent = EventVersion.None, Origin = Customer.FromApi };

    private static Customer Deleted(Customer stored, DateTimeOffset now) =>
        stored with { Deleted = true, Copies = stored.Copies with { DeletionAskedAt = now, Revision = stored.Copies.Revision + 1 } };

    /// <summary>What is known from a file alone goes out once a request has asked for it.</summary>
    private static Customer AsOurs(Customer customer) => customer.Origin == Customer.FromUpload ? customer with { Origin = Customer.FromApi } : customer;

    /// <summary>What a process that ended after it had added the task has left undone. What was set since then stays.</summary>
    private static Dictionary<string, string?> Undone(Customer stored, CustomerBody body, ConnectorTask task) =>
        body.Changes.Where(change => stored.StampOf(change.Key).At < task.CreatedAt).ToDictionary();

    private async Task<ConnectorTask?> RequestAsync(string id, TaskKind kind, Func<Customer, Customer> change, CancellationToken cancellationToken)
    {
        if (await directory.FindAsync(id, cancellationToken) is not { Deleted: false } customer)
        {
            return null;
        }

        var task = await tasks.AddAsync(NewTask(ConnectorTask.NewId(time.GetUtcNow()), kind, customer.Id), cancellationToken);
        await ChangeAsync(task, stored => stored is { Deleted: false } ? change(stored) : null, cancellationToken);
        return task;
    }

    private async Task ChangeAsync(ConnectorTask task, Func<Customer?, Customer?> change, CancellationToken cancellationToken, bool expectNew = false)
    {
        var behind = ImmutableHashSet<string>.Empty;
        var (_, after) = await directory.ChangeAsync(
            task.CustomerId,
            task.Id,
            stored =>
            {
                var next = change(stored);
                behind = (next ?? stored) is { } customer ? [.. follower.Behind(customer).Select(connector => connector.Name)] : [];
                return ReferenceEquals(next, stored) ? null : next;
            },
            cancellationToken,
            expectNew);
        foreach (var connector in task.Connectors.Except(behind))
        {
            // A request that is made again must not change what has come of it.
            if (await tasks.FindResultAsync(task.Id, connector, cancellationToken) is null)
            {
                await tasks.FinishAsync([task.Id], connector, succeeded: true, attempts: 0, after?.CopyIn(connector)?.Id, error: null, cancellationToken);
            }
        }
    }

    private ConnectorTask NewTask(string id, TaskKind kind, string customerId) => new()
    {
        Id = id,
        Kind = kind,
        CustomerId = customerId,
        Connectors = [.. connectors.Enabled.Select(connector => connector.Name)],
        CreatedAt = time.GetUtcNow(),
    };
}
