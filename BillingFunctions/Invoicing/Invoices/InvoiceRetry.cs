using System.Runtime.CompilerServices;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform.FailedJobs;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Invoicing.Invoices;

/// <summary>
/// Queues again what is still open. May be called at any time, twice too: a message too many changes nothing, and no more are queued than the queues may hold;
/// the others are marked, and queued by the run that watches.
/// </summary>
public sealed class InvoiceRetry(
    MonthlyInvoiceStore store,
    BilledCustomers customers,
    InvoiceQueues queues,
    QueueRoom queueRoom,
    RetryDelays delays,
    FailedJobStore failedJobs,
    IOptions<InvoicingOptions> options,
    TimeProvider time)
{
    private const int Parallelism = 16;
    private const int ChunkSize = 100;

    /// <summary>Goes through the month.</summary>
    /// <returns>After each chunk, how many invoices have been queued again so far.</returns>
    internal async IAsyncEnumerable<int> RetryAsync(string month, InvoiceStep step, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var queued = 0;
        await foreach (var chunk in store.ListAsync(month, ReopenedInvoice.StatusesOf(step), after: null, cancellationToken).Chunk(ChunkSize).WithCancellation(cancellationToken))
        {
            queued += await queueRoom.InLineAsync(room => RetryAsync(chunk, step, room, cancellationToken), cancellationToken);
            yield return queued;
        }
    }

    private async Task<int> RetryAsync(MonthlyInvoice[] chunk, InvoiceStep step, int room, CancellationToken cancellationToken)
    {
        var queued = 0;
        var parallel = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(chunk.Index(), parallel, async (one, token) =>
        {
            if (await RetryAsync(one.Item, step, isRoom: one.Index < room, token))
            {
                Interlocked.Increment(ref queued);
            }
        });
        return queued;
    }

    /// <returns>Whether it is queued again, or will be.</returns>
    private async Task<bool> RetryAsync(MonthlyInvoice read, InvoiceStep step, bool isRoom, CancellationToken cancellationToken)
    {
        for (var stored = read; stored is not null; stored = await store.FindAsync(read.Month, read.CustomerId, cancellationToken))
        {
            if (ReopenedInvoice.Of(stored, step, time.GetUtcNow(), delays.PolicyFor(stored, options.Value.UnknownDelivery)) is not { } reopened)
            {
                return false;
            }

            if (await TryApplyAsync(stored, reopened, step, isRoom, cancellationToken))
            {
                return reopened.IsQueued;
            }
        }

        return false;
    }

    private async Task<bool> TryApplyAsync(MonthlyInvoice stored, ReopenedInvoice reopened, InvoiceStep step, bool isRoom, CancellationToken cancellationToken)
    {
        if (reopened.HadFailed)
        {
            // Before the invoice: a crash in between leaves a failed invoice that this can be called for again, and never a failed job that is none.
            await failedJobs.RemoveOfAsync(step == InvoiceStep.Lookup ? InvoiceLookup.Queue : InvoiceEmail.Queue, $"{stored.Month}/{stored.CustomerId}", cancellationToken);
        }

        var invoice = await UpdatedAsync(stored, reopened, isRoom, cancellationToken);
        if (invoice != stored && await store.TryUpdateAsync(invoice, cancellationToken) is null)
        {
            return false;
        }

        if (isRoom && reopened.IsQueued)
        {
            await queues.EnqueueNextAsync(invoice, cancellationToken);
        }

        return true;
    }

    /// <summary>What is stored: for a failed one the customer's address as it is now, since that may have been mended, and for one without room that it is still to be queued.</summary>
    private async Task<MonthlyInvoice> UpdatedAsync(MonthlyInvoice stored, ReopenedInvoice reopened, bool isRoom, CancellationToken cancellationToken)
    {
        var invoice = reopened.HadFailed && await customers.FindAsync(stored.CustomerId, cancellationToken) is { } customer
            ? customer.Describe(reopened.Invoice)
            : reopened.Invoice;
        return !reopened.IsQueued || (isRoom && ReferenceEquals(reopened.Invoice, stored)) ? invoice : invoice with { QueuedAt = isRoom ? time.GetUtcNow() : null };
    }
}
