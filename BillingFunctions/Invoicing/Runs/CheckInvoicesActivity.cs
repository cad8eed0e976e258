using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Invoicing.Report;
using BillingFunctions.Platform.Durable;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Invoicing.Runs;

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
/// Counts the invoices of a month and sees to those that hang: more often than <see cref="InvoiceSweeper"/>, since a run waits for them. May run twice, and beside itself:
/// see <see cref="HangingInvoices"/>.
/// </summary>
public sealed partial class CheckInvoicesActivity(MonthlyInvoiceStore store, HangingInvoices hanging, TimeProvider time, ILogger<CheckInvoicesActivity> logger)
{
    /// <summary>How many silent invoices are looked after at once; the next check finds the others.</summary>
    private const int MaxSilent = 1_000;

    [Function(nameof(CheckInvoicesActivity))]
    public async Task<Answer<InvoicesChecked>> RunAsync([ActivityTrigger] CheckInvoices check, CancellationToken cancellationToken)
    {
        Edge.About("month", check.Month);
        var began = time.GetTimestamp();
        var tally = new InvoiceTally();
        var silent = new List<MonthlyInvoice>();
        await foreach (var stored in store.ListAsync(check.Month, [], after: null, cancellationToken))
        {
            var invoice = await hanging.CheckLeaseAsync(stored, cancellationToken);
            tally.Add(invoice.Status, invoice.Amount);
            if (silent.Count < MaxSilent && hanging.IsSilent(invoice))
            {
                silent.Add(invoice);
            }
        }

        if (await hanging.RequeueAsync(silent, cancellationToken) is > 0 and var requeued)
        {
            Log.Requeued(logger, requeued);
        }

        return Answer.To(check, new InvoicesChecked(tally.Sum(), time.GetElapsedTime(began)));
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Queued {Count} invoices that had no message.")]
        public static partial void Requeued(ILogger logger, int count);
    }
}
