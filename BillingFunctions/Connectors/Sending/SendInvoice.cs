using BillingFunctions.Connectors.Invoices;
using BillingFunctions.Connectors.Outbox;
using BillingFunctions.Connectors.Tasks;
using BillingFunctions.Customers;

namespace BillingFunctions.Connectors.Sending;

/// <summary>Makes the invoice of a task in one system. Called again it makes no second one: the system knows the invoice by the id of the task.</summary>
public sealed class SendInvoice(ConnectorOutbox outbox, ConnectorTaskStore tasks, CustomerDirectory directory, OutcomeRecorder recorder, TimeProvider time)
{
    /// <summary>How long until a customer that is on its way is looked at again.</summary>
    private static readonly TimeSpan CustomerOnItsWay = TimeSpan.FromSeconds(5);

    internal async Task RunAsync(ICustomerConnector connector, string taskId, CancellationToken cancellationToken)
    {
        if (connector is not IInvoiceConnector invoices
            || await outbox.FindAsync(connector.Name, taskId, cancellationToken) is not { } entry
            || !entry.IsFree(time.GetUtcNow())
            || await outbox.TryWriteAsync(entry with { LeasedUntil = time.GetUtcNow() + OutcomeRecorder.Lease }, cancellationToken) is not { } leased)
        {
            return;
        }

        var outcome = await recorder.ReleaseUnlessDoneAsync([leased], () => SendAsync(invoices, leased, cancellationToken));
        await recorder.HoldIfUnavailableAsync(connector.Name, [outcome], cancellationToken);
        await (outcome is ConnectorOutcome.Made made
            ? recorder.SucceedAsync(leased, made.RemoteId, isInLine: true, cancellationToken)
            : recorder.RecordAsync(connector, leased, outcome, cancellationToken));
    }

    private async Task<ConnectorOutcome> SendAsync(IInvoiceConnector connector, OutboxEntry entry, CancellationToken cancellationToken)
    {
        if (await tasks.FindAsync(entry.Subject, cancellationToken) is not { Invoice: { } order } task)
        {
            return new ConnectorOutcome.Refused("There is no such task.");
        }

        var customer = await directory.FindAsync(task.CustomerId, cancellationToken);
        if (customer is null or { Deleted: true })
        {
            return new ConnectorOutcome.Refused("The customer is deleted.");
        }

        if (customer.CopyIn(connector.Name) is { Id: { } remoteId, Deleted: false })
        {
            return await connector.SendAsync(new InvoiceCall(task.Id, order, customer.Id, remoteId, task.CreatedAt, entry.Attempts), cancellationToken);
        }

        // Waits as long as the customer is on its way, and no longer.
        return await outbox.FindAsync(connector.Name, customer.Id, cancellationToken) is { IsGivenUp: false }
            ? new ConnectorOutcome.TurnedAway("The customer is on its way there.", time.GetUtcNow() + CustomerOnItsWay)
            : new ConnectorOutcome.Failed($"The customer is not in {connector.Name}.");
    }
}
