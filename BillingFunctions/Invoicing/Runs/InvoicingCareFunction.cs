using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Invoicing.Runs;

/// <summary>
/// Every hour, sees to what nobody sees to in the last two months: a run that the timer could not start or that broke down, such as when storage was away,
/// and open invoices without a run, such as when the process died between opening them again and starting one. May run at any time, twice too: there is one run a month.
/// </summary>
public sealed partial class InvoicingCareFunction(InvoicingRuns runs, InvoicingRunStore store, MonthlyInvoiceStore invoices, TimeProvider time, ILogger<InvoicingCareFunction> logger)
{
    private const string RequestedBy = "care";

    private static readonly InvoiceStatus[] Open = [.. InvoiceStatuses.All.Where(status => status.IsOpen())];

    [Function(nameof(InvoicingCareFunction))]
    public async Task RunAsync([TimerTrigger("0 41 * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient durable, CancellationToken cancellationToken)
    {
        var last = BillingMonth.Of(time.GetUtcNow()).Previous;
        foreach (var month in new[] { last.Previous, last })
        {
            if (!await runs.IsUnderWayAsync(durable, month, cancellationToken) && await NeedsAsync(durable, month, cancellationToken) is { } onlyWatches)
            {
                var run = await runs.StartAsync(durable, month, RequestedBy, onlyWatches, cancellationToken);
                Log.Started(logger, run.Id, run.Month);
            }
        }
    }

    /// <returns>Whether a run is needed that only watches; null when none is.</returns>
    private async Task<bool?> NeedsAsync(DurableTaskClient durable, BillingMonth month, CancellationToken cancellationToken)
    {
        var latest = await store.FindLatestAsync(month.ToString(), cancellationToken);
        switch (latest?.Status)
        {
            case InvoicingRunStatus.Queued or InvoicingRunStatus.Failed:
                return latest.OnlyWatches;
            case InvoicingRunStatus.Completed or InvoicingRunStatus.CompletedWithFailures:
                return await invoices.ListAsync(month.ToString(), Open, after: null, cancellationToken).AnyAsync(cancellationToken) ? true : null;
            default:
                // Noted as running, or not at all. One that somebody has stopped is left to that person.
                var onlyWatches = latest?.OnlyWatches ?? false;
                return await runs.HasBrokenDownAsync(durable, month, onlyWatches, cancellationToken) ? onlyWatches : null;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Nobody saw to the invoices of {Month}; run {RunId} does now.")]
        public static partial void Started(ILogger logger, string runId, string month);
    }
}
