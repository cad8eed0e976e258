using BillingFunctions.Connectors.Outbox;
using BillingFunctions.Connectors.Status;
using BillingFunctions.Connectors.Tasks;
using BillingFunctions.Platform.Telemetry;

namespace BillingFunctions.Connectors.Sending;

/// <summary>
/// Does what a message of a connector asks for. May be called any number of times, in several processes: the outbox says what is left, and a lease in its entry keeps senders
/// apart.
/// </summary>
public sealed class ConnectorSender(
    ConnectorSet connectors, ConnectorOutbox outbox, ConnectorQueues queues, ConnectorStates states, SendCustomers customers, SendInvoice invoices, TimeProvider time)
{
    private const int Parallelism = 8;

    /// <summary>In one process a connector that takes many customers at a time makes one call at a time: meanwhile the next batch gathers.</summary>
    private readonly Dictionary<string, SemaphoreSlim> _turns = connectors.All.ToDictionary(connector => connector.Name, _ => new SemaphoreSlim(1));

    internal async Task RunAsync(string connectorName, ConnectorDue due, CancellationToken cancellationToken)
    {
        Edge.About("connector", connectorName);
        Edge.About("customer_id", due.Subject);
        if (connectors.Find(connectorName) is not { MissingSettings.Count: 0 } connector)
        {
            Edge.EndsAs("off");
            return;
        }

        if (due is { Retry: true, Subject: { } retried })
        {
            await outbox.ChangeAsync(connectorName, retried, entry => entry?.IsGivenUp == true ? entry.Reopened(time.GetUtcNow()) : null, cancellationToken);
        }

        // What is not sent now stays in the outbox: whoever ends the pause, and the message at the end of a hold, has it sent.
        if (await IsStoppedAsync(connector, cancellationToken))
        {
            Edge.EndsAs("stopped");
            return;
        }

        await (due.Subject is null ? WakeAsync(connector, cancellationToken)
            : ConnectorTask.IsId(due.Subject) ? invoices.RunAsync(connector, due.Subject, cancellationToken)
            : connector.MaxBatch == 1 ? SendOneAsync(connector, due.Subject, cancellationToken)
            : SendBatchAsync(connector, due.Subject, cancellationToken));
    }

    private async Task SendOneAsync(ICustomerConnector connector, string subject, CancellationToken cancellationToken)
    {
        if (await outbox.FindAsync(connector.Name, subject, cancellationToken) is { } entry)
        {
            await customers.RunAsync(connector, [entry], cancellationToken);
        }
    }

    private Task SendBatchAsync(ICustomerConnector connector, string subject, CancellationToken cancellationToken) => InTurnAsync(
        connector,
        async () =>
        {
            // Most find that a batch before theirs has taken their customer along.
            if (await outbox.FindAsync(connector.Name, subject, cancellationToken) is { } entry && entry.IsFree(time.GetUtcNow()) && !await IsStoppedAsync(connector, cancellationToken))
            {
                var others = outbox.ListFreeAsync(connector.Name, cancellationToken).Where(other => !other.IsInvoice && other.Subject != subject);
                await customers.RunAsync(connector, [entry, .. await others.Take(connector.MaxBatch - 1).ToListAsync(cancellationToken)], cancellationToken);
            }
        },
        cancellationToken);

    /// <summary>Does all that is due: as batches, or by a message each once the first has shown that the system can be used.</summary>
    private Task WakeAsync(ICustomerConnector connector, CancellationToken cancellationToken) => InTurnAsync(
        connector,
        async () =>
        {
            var isMore = true;
            while (isMore)
            {
                // Whoever had the turn before may have found that the system cannot be used.
                if (await IsStoppedAsync(connector, cancellationToken))
                {
                    return;
                }

                var batch = await outbox.ListFreeAsync(connector.Name, cancellationToken).Where(entry => !entry.IsInvoice).Take(connector.MaxBatch).ToListAsync(cancellationToken);

                // Entries whose customers are not stored yet stay as they are.
                isMore = await customers.RunAsync(connector, batch, cancellationToken) > 0 && batch.Count > 1;
            }

            if (await IsStoppedAsync(connector, cancellationToken))
            {
                return;
            }

            var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
            await Parallel.ForEachAsync(
                outbox.ListFreeAsync(connector.Name, cancellationToken), options, async (entry, token) => await queues.SendAsync(connector.Name, entry.Subject, at: null, token));
        },
        cancellationToken);

    private async Task InTurnAsync(ICustomerConnector connector, Func<Task> send, CancellationToken cancellationToken)
    {
        var turn = _turns[connector.Name];
        await turn.WaitAsync(cancellationToken);
        try
        {
            await send();
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task<bool> IsStoppedAsync(ICustomerConnector connector, CancellationToken cancellationToken) =>
        (await states.ReadAsync(connector.Name, cancellationToken)).IsStopped(time.GetUtcNow());
}
