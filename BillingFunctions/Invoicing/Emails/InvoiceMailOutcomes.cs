using System.Text.Json;
using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform.Email;
using BillingFunctions.Platform.FailedJobs;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Invoicing.Emails;

/// <summary>What follows from an attempt to send a mail: the invoice's next status, the next attempt, the failed job.</summary>
public sealed partial class InvoiceMailOutcomes(
    MonthlyInvoiceStore store,
    InvoiceMailLedger ledger,
    InvoiceQueues queues,
    RetryDelays delays,
    FailedJobStore failedJobs,
    IOptions<InvoicingOptions> options,
    TimeProvider time,
    ILogger<InvoiceMailOutcomes> logger)
{
    /// <summary>Stores what became of the mail, and sees to what is to be done about it. Not to be cancelled: nobody else knows.</summary>
    /// <param name="message">The message that asked for the mail.</param>
    /// <param name="sending">The invoice as it was marked before sending.</param>
    /// <param name="outcome">What the mail server made of it.</param>
    public async Task SettleAsync(InvoiceEmail message, MonthlyInvoice sending, MailOutcome outcome)
    {
        // One delay for all tries to write it, and for the message that follows.
        var delay = delays.After(sending.EmailAttempts + 1);
        var due = time.GetUtcNow() + delay;
        if (await ledger.SettleAsync(sending, invoice => Next(invoice, outcome, due)) is not { } settled)
        {
            Log.Overtaken(logger, message.CustomerId, message.Month, outcome.Result);
            return;
        }

        if (settled.Status == InvoiceStatus.Sent)
        {
            Log.Sent(logger, message.CustomerId, message.Month);
            return;
        }

        Log.NotSent(logger, message.CustomerId, message.Month, settled.Status, settled.EmailAttempts);
        if (settled.Status == InvoiceStatus.Priced)
        {
            await queues.EnqueueAsync(message with { FollowsAttempt = settled.EmailAttempts }, delay, CancellationToken.None);
        }
        else if (settled.Status == InvoiceStatus.EmailFailed)
        {
            await AddFailedJobAsync(message, settled, CancellationToken.None);
        }
    }

    /// <summary>Ends an invoice that needs no attempt to be known to fail; its reason says why.</summary>
    /// <returns>False when somebody else has changed it.</returns>
    public async Task<bool> TryFailAsync(InvoiceEmail message, MonthlyInvoice invoice, CancellationToken cancellationToken)
    {
        if (await store.TryUpdateAsync(invoice with { Status = InvoiceStatus.EmailFailed }, cancellationToken) is not { } failed)
        {
            return false;
        }

        Log.NotSent(logger, message.CustomerId, message.Month, failed.Status, failed.EmailAttempts);
        await AddFailedJobAsync(message, failed, cancellationToken);
        return true;
    }

    /// <summary>Adds the failed job, if it is not there. Its message, put on the queue again, has all attempts again.</summary>
    public Task AddFailedJobAsync(InvoiceEmail message, MonthlyInvoice failed, CancellationToken cancellationToken)
    {
        var payload = JsonSerializer.Serialize(message with { FollowsAttempt = null });
        return failedJobs.AddAsync(InvoiceEmail.Queue, message.JobId, payload, failed.Reason ?? "", failed.EmailAttempts, cancellationToken);
    }

    private MonthlyInvoice Next(MonthlyInvoice invoice, MailOutcome outcome, DateTimeOffset? due)
    {
        var tried = invoice with { EmailAttempts = invoice.EmailAttempts + 1, Reason = outcome.Reason };
        return outcome.Result switch
        {
            MailResult.Sent => tried with { Status = InvoiceStatus.Sent, SentAt = time.GetUtcNow() },
            MailResult.RefusedForNow when due is not null => tried with { Status = InvoiceStatus.Priced, QueuedAt = due },
            MailResult.RefusedForNow or MailResult.Refused => tried with { Status = InvoiceStatus.EmailFailed },

            // After the last attempt a person decides, whatever the settings say: it is not known to have failed.
            MailResult.Unknown => tried.WithDeliveryUnknown(outcome.Reason!, due is null ? UnknownDelivery.Hold : options.Value.UnknownDelivery) with { QueuedAt = due },
            var other => throw new InvalidOperationException($"{other} is not a result."),
        };
    }

    private static partial class Log
    {
        // Without the reason: the mail server's words have the address in them. The invoice has it.
        [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "The invoice of customer {CustomerId} for {Month} is {Status} after {Attempts} attempts to send it.")]
        public static partial void NotSent(ILogger logger, string customerId, string month, InvoiceStatus status, int attempts);

        [LoggerMessage(EventId = 3, Level = LogLevel.Debug, Message = "The invoice of customer {CustomerId} for {Month} is sent.")]
        public static partial void Sent(ILogger logger, string customerId, string month);

        [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "The mail to customer {CustomerId} for {Month} ended as {Result}, but the invoice has been settled by others.")]
        public static partial void Overtaken(ILogger logger, string customerId, string month, MailResult result);
    }
}
