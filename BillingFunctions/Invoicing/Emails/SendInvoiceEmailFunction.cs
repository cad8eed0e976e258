using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform.Email;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Invoicing.Emails;

/// <summary>
/// Sends an invoice's mail, once, however often its message comes. Only who has moved the invoice from <c>priced</c> to <c>sending</c> sends; whoever finds it
/// in <c>sending</c> after its lease takes the sender for dead, and the delivery for unknown.
/// </summary>
public sealed class SendInvoiceEmailFunction(
    MonthlyInvoiceStore store,
    InvoiceMailLedger ledger,
    InvoiceMailOutcomes outcomes,
    InvoiceQueues queues,
    RetryDelays delays,
    FailedJobStore failedJobs,
    Mailer mailer,
    IOptions<EmailOptions> email,
    IOptions<InvoicingOptions> options,
    TimeProvider time)
{
    /// <summary>How far beyond the lease to look again: more than the clocks of two machines differ.</summary>
    private static readonly TimeSpan ClockSkew = TimeSpan.FromSeconds(5);

    [Function(nameof(SendInvoiceEmailFunction))]
    public async Task RunAsync([QueueTrigger(InvoiceEmail.Queue, Connection = StorageConnection.Name)] InvoiceEmail message, CancellationToken cancellationToken)
    {
        Edge.About("month", message.Month);
        Edge.About("customer_id", message.CustomerId);
        Edge.Follows(message.TraceParent);
        while (!await TryRunAsync(message, cancellationToken))
        {
            // Somebody else has changed the invoice meanwhile: it may be theirs now.
        }
    }

    private async Task<bool> TryRunAsync(InvoiceEmail message, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(message.Month, message.CustomerId, cancellationToken) is not { } found)
        {
            return true;
        }

        var invoice = WithLeaseChecked(found);
        switch (invoice.Status)
        {
            case InvoiceStatus.Priced when invoice != found || message.FollowsAttempt is null || message.FollowsAttempt == invoice.EmailAttempts:
                return await SendAsync(message, invoice, cancellationToken);
            case InvoiceStatus.EmailFailed when message.FollowsAttempt is null:
                return await ReopenAsync(message, invoice, cancellationToken);
            case InvoiceStatus.EmailFailed:
                await outcomes.AddFailedJobAsync(message, invoice, cancellationToken);
                return true;
            case InvoiceStatus.Sending:
                await LookAgainAsync(message, invoice, cancellationToken);
                return true;
            case InvoiceStatus.DeliveryUnknown when invoice != found:
                return await store.TryUpdateAsync(invoice, cancellationToken) is not null;
            default:
                return true;
        }
    }

    /// <summary>Its failed job goes last: if the process dies before, the job is there for nothing, but no failure without a job.</summary>
    private async Task<bool> ReopenAsync(InvoiceEmail message, MonthlyInvoice failed, CancellationToken cancellationToken)
    {
        if (await store.TryUpdateAsync(failed.Reopened() with { QueuedAt = time.GetUtcNow() }, cancellationToken) is not { } reopened)
        {
            return false;
        }

        await failedJobs.RemoveOfAsync(InvoiceEmail.Queue, message.JobId, cancellationToken);
        return await SendAsync(message, reopened, cancellationToken);
    }

    /// <summary>An attempt that was never heard of again counts as one; after the last of them a person decides, whatever the settings say.</summary>
    private MonthlyInvoice WithLeaseChecked(MonthlyInvoice found)
    {
        var attempts = found.EmailAttempts + 1;
        var invoice = found.WithLeaseChecked(time.GetUtcNow(), delays.After(attempts) is null ? UnknownDelivery.Hold : options.Value.UnknownDelivery);
        return invoice == found ? found : invoice with { EmailAttempts = attempts };
    }

    private async Task<bool> SendAsync(InvoiceEmail message, MonthlyInvoice invoice, CancellationToken cancellationToken)
    {
        if (InvoiceMail.ObstacleOf(invoice) is { } obstacle)
        {
            return await outcomes.TryFailAsync(message, invoice with { Reason = obstacle }, cancellationToken);
        }

        cancellationToken.ThrowIfCancellationRequested();
        if (await ledger.TryBeginAsync(invoice) is not { } sending)
        {
            return false;
        }

        await outcomes.SettleAsync(message, sending, await DeliverAsync(sending, cancellationToken));
        return true;
    }

    private async Task<MailOutcome> DeliverAsync(MonthlyInvoice sending, CancellationToken cancellationToken)
    {
        try
        {
            // Or others would take this attempt for dead while it is under way.
            var left = sending.SendingSince!.Value + MonthlyInvoice.SendingLease - time.GetUtcNow();
            return left > Mailer.SessionLimit + ClockSkew
                ? await mailer.SendAsync(InvoiceMail.Compose(sending, email.Value.From), cancellationToken)
                : throw new TimeoutException("Storage was so slow that no time was left to send the mail.");
        }
        catch
        {
            // Whatever was thrown, the mail server does not have the mail: this attempt did not take place.
            await ledger.SettleAsync(sending, invoice => invoice with { Status = InvoiceStatus.Priced });
            throw;
        }
    }

    /// <summary>The sender may have died. Its own message comes again too, but only after ten minutes.</summary>
    private Task LookAgainAsync(InvoiceEmail message, MonthlyInvoice sending, CancellationToken cancellationToken)
    {
        var left = sending.SendingSince + MonthlyInvoice.SendingLease - time.GetUtcNow();
        var delay = (left > TimeSpan.Zero ? left.Value : TimeSpan.Zero) + ClockSkew;
        return queues.EnqueueAsync(message with { FollowsAttempt = sending.EmailAttempts }, delay, cancellationToken);
    }
}
