using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Invoicing.Runs;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Invoicing.Amounts;

/// <summary>
/// Finds out what a customer owes, and has the mail sent. A message may come any number of times: a known amount is not asked for again, but its mail is queued
/// again, because the process may have died between the two.
/// </summary>
public sealed partial class LookUpAmountFunction(
    MonthlyInvoiceStore store, AmountClient amounts, InvoicingRuns runs, TimeProvider time, ILogger<LookUpAmountFunction> logger)
{
    /// <summary>A customer that was billed so many months ago or later is not taken for one that owes nothing.</summary>
    private const int MonthsLooked = 3;

    [Function(nameof(LookUpAmountFunction))]
    public async Task RunAsync([QueueTrigger(InvoiceLookup.Queue, Connection = StorageConnection.Name)] InvoiceLookup lookup, CancellationToken cancellationToken)
    {
        Edge.About("month", lookup.Month);
        Edge.About("customer_id", lookup.CustomerId);
        var transition = await store.ApplyAsync(lookup.Month, lookup.CustomerId, (invoice, token) => AskAsync(lookup, invoice, token), cancellationToken);
        if (transition is { IsChanged: true, Invoice: { LookupAttempts: var attempts, Reason: { } reason } invoice } && attempts > lookup.Attempts)
        {
            Log(invoice, reason);
        }

        // Who judges it has to know of it. After a crash the message comes again, and finds it so.
        if (transition is { Invoice.Status: InvoiceStatus.NotFound } && InvoiceSweeper.IsOld(BillingMonth.Parse(lookup.Month), time.GetUtcNow()))
        {
            await runs.ReopenAsync(lookup.Month, cancellationToken);
        }
    }

    private async ValueTask<InvoiceEvent> AskAsync(InvoiceLookup lookup, MonthlyInvoice invoice, CancellationToken cancellationToken)
    {
        if (!InvoiceTransitions.IsLookupDue(invoice, lookup.Attempts, time.GetUtcNow()))
        {
            return new LookupReceived(lookup.Attempts);
        }

        var answer = await amounts.AskAsync(invoice, await CurrencyOfAsync(invoice, cancellationToken), cancellationToken);
        return new AmountAnswered(lookup.Attempts, answer) { LastBilled = answer.Outcome == AmountOutcome.NotFound ? await LastBilledAsync(invoice, cancellationToken) : null };
    }

    /// <summary>The last of the three months before for which the customer was billed, <c>yyyy-MM</c>; null when it was billed for none of them.</summary>
    private async Task<string?> LastBilledAsync(MonthlyInvoice invoice, CancellationToken cancellationToken)
    {
        var month = BillingMonth.Parse(invoice.Month);
        for (var before = 0; before < MonthsLooked; before++)
        {
            month = month.Previous;
            if ((await store.FindAsync(month.ToString(), invoice.CustomerId, cancellationToken))?.Amount is not null)
            {
                return month.ToString();
            }
        }

        return null;
    }

    /// <summary>That of the customer, or else of its bill for the month before: no customer changes its currency without notice.</summary>
    private async Task<string?> CurrencyOfAsync(MonthlyInvoice invoice, CancellationToken cancellationToken) =>
        invoice.Currency ?? (await store.FindAsync(BillingMonth.Parse(invoice.Month).Previous.ToString(), invoice.CustomerId, cancellationToken))?.Amount?.Currency;

    private void Log(MonthlyInvoice invoice, string reason)
    {
        if (invoice.Status == InvoiceStatus.Pending)
        {
            LogRetrying(logger, invoice.CustomerId, invoice.Month, invoice.LookupAttempts, invoice.QueuedAt, reason);
        }
        else if (invoice.Status == InvoiceStatus.LookupFailed)
        {
            LogFailed(logger, invoice.CustomerId, invoice.Month, invoice.LookupAttempts, reason);
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "No amount for customer {CustomerId} and month {Month} after {Attempts} attempts; the next attempt is at {NextAt}. {Reason}")]
    private static partial void LogRetrying(ILogger logger, string customerId, string month, int attempts, DateTimeOffset? nextAt, string reason);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "The lookup for customer {CustomerId} and month {Month} failed after {Attempts} attempts. {Reason}")]
    private static partial void LogFailed(ILogger logger, string customerId, string month, int attempts, string reason);
}
