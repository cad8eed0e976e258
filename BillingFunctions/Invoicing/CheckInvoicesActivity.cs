using BillingFunctions.Platform.Durable;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Invoicing;

/// <summary>A month to check.</summary>
/// <param name="Month"><c>yyyy-MM</c>.</param>
/// <param name="Number">How many checks the run has made before.</param>
public sealed record CheckInvoices(string Month, int Number) : IRequest
{
    string IRequest.Key => $"check {Number}";
}

/// <summary>What a check has found.</summary>
/// <param name="Totals">The invoices of the month in sum.</param>
/// <param name="Took">How long it took, without what a crash or a retry has added.</param>
public sealed record InvoicesChecked(InvoiceTotals Totals, TimeSpan Took);

/// <summary>
/// Counts the invoices of a month and sees to those that hang: a mail whose sender has died, and a message that was lost. May run twice, and beside itself:
/// each change is a compare-and-swap.
/// </summary>
public sealed partial class CheckInvoicesActivity(
    MonthlyInvoiceStore store,
    InvoiceQueues queues,
    QueueRoom queueRoom,
    RetryDelays delays,
    IOptions<InvoicingOptions> options,
    TimeProvider time,
    ILogger<CheckInvoicesActivity> logger)
{
    /// <summary>How many lost messages are looked after at once; the next check finds the others.</summary>
    private const int MaxLost = 1_000;

    [Function(nameof(CheckInvoicesActivity))]
    public async Task<Answer<InvoicesChecked>> RunAsync([ActivityTrigger] CheckInvoices check, CancellationToken cancellationToken)
    {
        var began = time.GetTimestamp();
        var tally = new InvoiceTally();
        var hanging = new List<MonthlyInvoice>();
        await foreach (var stored in store.ListAsync(check.Month, [], after: null, cancellationToken))
        {
            var invoice = await CheckLeaseAsync(stored, cancellationToken);
            tally.Add(invoice.Status, invoice.Amount);
            if (hanging.Count < MaxLost && LostMessages.MayBeLost(invoice, time.GetUtcNow()))
            {
                hanging.Add(invoice);
            }
        }

        if (hanging.Count > 0)
        {
            await queueRoom.InLineAsync(room => RequeueAsync(hanging, room, cancellationToken), cancellationToken);
        }

        return Answer.To(check, new InvoicesChecked(tally.Sum(), time.GetElapsedTime(began)));
    }

    private async Task<MonthlyInvoice> CheckLeaseAsync(MonthlyInvoice stored, CancellationToken cancellationToken)
    {
        var invoice = stored.WithLeaseChecked(time.GetUtcNow(), delays.PolicyFor(stored, options.Value.UnknownDelivery));
        return ReferenceEquals(invoice, stored) ? stored : await store.TryUpdateAsync(invoice, cancellationToken) ?? stored;
    }

    private async Task<int> RequeueAsync(IReadOnlyList<MonthlyInvoice> hanging, int room, CancellationToken cancellationToken)
    {
        // Counted after the rows were read: a queue that is empty now has none of their messages.
        var messages = new LostMessages(await queues.CountLookupsAsync(cancellationToken), await queues.CountEmailsAsync(cancellationToken), delays.Sum, time.GetUtcNow());
        var requeued = 0;
        foreach (var invoice in hanging.Where(messages.IsLost).Take(room))
        {
            // Marked first, or a check that finds the queue still empty would queue it again.
            if (await store.TryUpdateAsync(invoice with { QueuedAt = time.GetUtcNow() }, cancellationToken) is not null)
            {
                await queues.EnqueueNextAsync(invoice, cancellationToken);
                requeued++;
            }
        }

        if (requeued > 0)
        {
            Log.Requeued(logger, requeued);
        }

        return requeued;
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Queued {Count} invoices that had no message.")]
        public static partial void Requeued(ILogger logger, int count);
    }
}
