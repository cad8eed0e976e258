using System.Text.Json;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Invoicing.Amounts;

/// <summary>
/// Finds out what a customer owes, and has the mail sent. A message may come any number of times: a known amount is not asked for again, but its mail is queued
/// again, because the process may have died between the two. An invoice that has failed is tried again by a fresh message, so that a failed job can be retried; one that followed an attempt comes too late.
/// </summary>
public sealed partial class LookUpAmountFunction(
    MonthlyInvoiceStore store, AmountClient amounts, InvoiceQueues queues, RetryDelays delays, FailedJobStore failedJobs, TimeProvider time, ILogger<LookUpAmountFunction> logger)
{
    private static readonly TimeSpan SignOfLife = TimeSpan.FromMinutes(1);

    [Function(nameof(LookUpAmountFunction))]
    public async Task RunAsync([QueueTrigger(InvoiceLookup.Queue, Connection = StorageConnection.Name)] InvoiceLookup lookup, CancellationToken cancellationToken)
    {
        Edge.About("month", lookup.Month);
        Edge.About("customer_id", lookup.CustomerId);
        Edge.Follows(lookup.TraceParent);
        while (!await TryRunAsync(lookup, cancellationToken))
        {
            // Somebody else has changed the invoice meanwhile.
        }
    }

    private async Task<bool> TryRunAsync(InvoiceLookup lookup, CancellationToken cancellationToken)
    {
        var invoice = await store.FindAsync(lookup.Month, lookup.CustomerId, cancellationToken);
        switch (invoice?.Status)
        {
            case InvoiceStatus.Pending when lookup.Attempts != invoice.LookupAttempts:
                // Another message has made this attempt, or a hook has all attempts made again; the next one has a message of its own.
                return true;
            case InvoiceStatus.Pending:
            case InvoiceStatus.LookupFailed when lookup.Attempts == 0:
                var answer = await amounts.AskAsync(invoice, await CurrencyOfAsync(invoice, cancellationToken), cancellationToken);
                return await SettleAsync(lookup, invoice, answer, cancellationToken);
            case InvoiceStatus.LookupFailed:
                await AddFailedJobAsync(lookup, invoice, cancellationToken);
                return true;
            case InvoiceStatus.Priced when invoice.EmailAttempts == 0:
                await queues.EnqueueNextAsync(invoice, cancellationToken);
                return true;
            default:
                return true;
        }
    }

    /// <summary>That of the customer, or else of its bill for the month before: nobody changes currency unnoticed.</summary>
    private async Task<string?> CurrencyOfAsync(MonthlyInvoice invoice, CancellationToken cancellationToken) =>
        invoice.Currency ?? (await store.FindAsync(BillingMonth.Parse(invoice.Month).Previous.ToString(), invoice.CustomerId, cancellationToken))?.Amount?.Currency;

    private Task<bool> SettleAsync(InvoiceLookup lookup, MonthlyInvoice invoice, AmountAnswer answer, CancellationToken cancellationToken)
    {
        var attempts = lookup.Attempts + 1;
        var settled = invoice with { LookupAttempts = attempts, Reason = answer.Reason, Amount = answer.Amount, QueuedAt = time.GetUtcNow() };
        return answer.Outcome switch
        {
            AmountOutcome.Due => StoreAsync(lookup, invoice, settled with { Status = InvoiceStatus.Priced }, cancellationToken),
            AmountOutcome.NoCharge => StoreAsync(lookup, invoice, settled with { Status = InvoiceStatus.NoCharge }, cancellationToken),
            AmountOutcome.Refused => FailAsync(lookup, settled, cancellationToken),
            AmountOutcome.Failed when delays.After(attempts) is { } delay => RetryAsync(lookup with { Attempts = attempts }, invoice, delay, answer.Reason, cancellationToken),
            AmountOutcome.Failed => FailAsync(lookup, settled, cancellationToken),
            AmountOutcome.NotNow => RetryAsync(lookup, invoice, RetryDelays.Spread(answer.RetryAfter), reason: null, cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(answer), answer.Outcome, "Not an outcome"),
        };
    }

    private async Task<bool> StoreAsync(InvoiceLookup lookup, MonthlyInvoice before, MonthlyInvoice settled, CancellationToken cancellationToken)
    {
        if (await store.TryUpdateAsync(settled, cancellationToken) is null)
        {
            return false;
        }

        if (settled.Status == InvoiceStatus.Priced)
        {
            await queues.EnqueueNextAsync(settled, cancellationToken);
        }

        await RemoveFailedJobAsync(lookup, before, cancellationToken);
        return true;
    }

    private async Task<bool> RetryAsync(InvoiceLookup lookup, MonthlyInvoice invoice, TimeSpan delay, string? reason, CancellationToken cancellationToken)
    {
        // A failed one that is being retried is open again, or nobody would wait for it. The row knows of the attempt before its message does: a process that dies in
        // between is noticed by the sweeper. An API that does not want to be asked is no attempt, and a sign of life once a minute is enough.
        var now = time.GetUtcNow();
        if ((invoice.Status == InvoiceStatus.LookupFailed || reason is not null || !(now - invoice.QueuedAt <= SignOfLife))
            && await store.TryUpdateAsync(invoice with { Status = InvoiceStatus.Pending, LookupAttempts = lookup.Attempts, Reason = reason ?? invoice.Reason, QueuedAt = now + delay }, cancellationToken) is null)
        {
            return false;
        }

        await queues.EnqueueAsync(lookup, delay, cancellationToken);
        await RemoveFailedJobAsync(lookup, invoice, cancellationToken);
        if (reason is not null)
        {
            Log.Retrying(logger, lookup.CustomerId, lookup.Month, lookup.Attempts, delay, reason);
        }

        return true;
    }

    /// <summary>What had failed is open again, or done.</summary>
    private async Task RemoveFailedJobAsync(InvoiceLookup lookup, MonthlyInvoice before, CancellationToken cancellationToken)
    {
        if (before.Status == InvoiceStatus.LookupFailed)
        {
            await failedJobs.RemoveOfAsync(InvoiceLookup.Queue, lookup.JobId, cancellationToken);
        }
    }

    private async Task<bool> FailAsync(InvoiceLookup lookup, MonthlyInvoice settled, CancellationToken cancellationToken)
    {
        // The invoice first: if the process dies in between, the message comes again and adds the job.
        if (await store.TryUpdateAsync(settled with { Status = InvoiceStatus.LookupFailed }, cancellationToken) is null)
        {
            return false;
        }

        await AddFailedJobAsync(lookup, settled, cancellationToken);
        Log.Failed(logger, lookup.CustomerId, lookup.Month, settled.LookupAttempts, settled.Reason!);
        return true;
    }

    /// <summary>Adds it, if it is not there. Its message, put on the queue again, has all attempts again.</summary>
    private Task AddFailedJobAsync(InvoiceLookup lookup, MonthlyInvoice failed, CancellationToken cancellationToken)
    {
        var payload = JsonSerializer.Serialize(lookup with { Attempts = 0 });
        return failedJobs.AddAsync(InvoiceLookup.Queue, lookup.JobId, payload, failed.Reason ?? "", failed.LookupAttempts, cancellationToken);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "No amount for customer {CustomerId} and month {Month} in attempt {Attempt}, again in {Delay}: {Reason}")]
        public static partial void Retrying(ILogger logger, string customerId, string month, int attempt, TimeSpan delay, string reason);

        [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "No amount for customer {CustomerId} and month {Month} in {Attempts} attempts: {Reason}")]
        public static partial void Failed(ILogger logger, string customerId, string month, int attempts, string reason);
    }
}
