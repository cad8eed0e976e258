using System.Collections.Concurrent;
using BillingFunctions.Connectors.Outbox;
using BillingFunctions.Customers;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Connectors.Sending;

/// <summary>Brings customers in line at one system: takes their outbox entries, computes what is to be sent, has it sent, and records what came of it.</summary>
public sealed class SendCustomers(ConnectorOutbox outbox, CustomerDirectory directory, OutcomeRecorder recorder, TimeProvider time)
{
    /// <summary>Entries that are claimed and recorded at the same time share transactions.</summary>
    private const int Parallelism = Transactions.MaxRows;

    /// <returns>How many customers were sent, whatever came of it.</returns>
    internal async Task<int> RunAsync(ICustomerConnector connector, IReadOnlyList<OutboxEntry> entries, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        var claimed = new ConcurrentBag<ClaimedCall>();
        await Parallel.ForEachAsync(entries, options, async (entry, token) =>
        {
            if (await ClaimAsync(connector, entry, token) is { } call)
            {
                claimed.Add(call);
            }
        });
        if (claimed.IsEmpty)
        {
            return 0;
        }

        List<ClaimedCall> calls = [.. claimed];
        var outcomes = await recorder.ReleaseUnlessDoneAsync(
            calls.ConvertAll(call => call.Entry),
            () => connector.SendAsync(calls.ConvertAll(call => call.Call), cancellationToken));
        await recorder.HoldIfUnavailableAsync(connector.Name, outcomes, cancellationToken);
        await Parallel.ForEachAsync(calls.Zip(outcomes), options, async (one, token) => await recorder.RecordAsync(connector, one.First, one.Second, token));
        return calls.Count;
    }

    /// <summary>Takes the entry for this sender, with the creation that it begins, so that whoever comes after a crash repeats that very one.</summary>
    /// <returns>Null when there is nothing to be sent, or somebody else sends it.</returns>
    private async Task<ClaimedCall?> ClaimAsync(ICustomerConnector connector, OutboxEntry read, CancellationToken cancellationToken)
    {
        for (var entry = read; entry?.IsFree(time.GetUtcNow()) == true; entry = await outbox.FindAsync(connector.Name, read.Subject, cancellationToken))
        {
            var (customer, call) = await PlanAsync(connector, entry, cancellationToken);
            if (customer is null)
            {
                // Either it is being written just now, or its writer has died.
                await recorder.ForgetIfOldAsync(entry, cancellationToken);
                return null;
            }

            if (call is null)
            {
                if (await recorder.TryFinishAsync(connector, entry, customer, cancellationToken))
                {
                    return null;
                }
            }
            else if (await outbox.TryWriteAsync(entry with { LeasedUntil = time.GetUtcNow() + OutcomeRecorder.Lease, Begun = call.Creation, Sent = call.Target }, cancellationToken) is { } leased)
            {
                return new ClaimedCall(leased, call);
            }
        }

        return null;
    }

    /// <summary>
    /// An update may be made from a customer that is out of date: its answer is written over the version that it was made from, so that what was missed is noticed, and sent. A second
    /// creation would make a second customer, and an entry that is taken away is never looked at again: for both the customer is read.
    /// </summary>
    private async Task<(Customer? Customer, ConnectorCall? Call)> PlanAsync(ICustomerConnector connector, OutboxEntry entry, CancellationToken cancellationToken)
    {
        var known = await directory.FindKnownAsync(entry.Subject, cancellationToken);
        if (known is not null && CallFor(known) is { Action: ConnectorAction.Update } update)
        {
            return (known, update);
        }

        var customer = await directory.FindAsync(entry.Subject, cancellationToken);
        return (customer, customer is null ? null : CallFor(customer));

        ConnectorCall? CallFor(Customer customer) => ConnectorPlan.For(customer, connector, entry.Begun, time.GetUtcNow(), entry.Attempts);
    }
}

/// <summary>A call, and the outbox entry that this sender has taken for it.</summary>
internal sealed record ClaimedCall(OutboxEntry Entry, ConnectorCall Call);
