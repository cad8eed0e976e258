using BillingFunctions.Invoicing.Invoices;
using BillingFunctions.Platform.Email;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Invoicing.Emails;

/// <summary>
/// Sends an invoice's mail, once, however often its message comes. Only the delivery that has moved the invoice from <c>priced</c> to <c>sending</c> sends; whoever
/// finds it in <c>sending</c> after its lease, which the sender renews, takes the sender for dead, and the delivery for unknown.
/// </summary>
public sealed partial class SendInvoiceEmailFunction(
    MonthlyInvoiceStore store, Mailer mailer, IOptions<EmailOptions> email, TimeProvider time, ILogger<SendInvoiceEmailFunction> logger)
{
    [Function(nameof(SendInvoiceEmailFunction))]
    public async Task RunAsync([QueueTrigger(InvoiceEmail.Queue, Connection = StorageConnection.Name)] InvoiceEmail message, CancellationToken cancellationToken)
    {
        Edge.About("month", message.Month);
        Edge.About("customer_id", message.CustomerId);
        var begun = await store.ApplyAsync(message.Month, message.CustomerId, new EmailReceived(message.FollowsAttempt, Guid.NewGuid().ToString("N")), cancellationToken);
        if (begun is { StartsSending: true, Invoice: var sending })
        {
            // Not cancelled: only this attempt knows the outcome.
            var outcome = await DeliverAsync(sending, cancellationToken);
            Log(await store.ApplyAsync(sending, new EmailEnded(sending.SendAttemptId!, outcome), CancellationToken.None), sending, outcome.Result);
        }
        else if (begun is { IsChanged: true, Invoice: var invoice })
        {
            LogNotSent(logger, message.CustomerId, message.Month, invoice.Status, invoice.EmailAttempts);
        }
    }

    private async Task<MailOutcome> DeliverAsync(MonthlyInvoice sending, CancellationToken cancellationToken)
    {
        try
        {
            await using var lease = new InvoiceMailLease(store, sending, time, logger);
            if (!lease.IsHeld)
            {
                throw new TimeoutException("Storage was so slow that no time was left to send the mail.");
            }

            using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, lease.Lost);
            return await mailer.SendAsync(InvoiceMail.Compose(sending, email.Value.From), () => lease.IsHeld, stop.Token);
        }
        catch
        {
            // Whatever was thrown, the mail server does not have the mail.
            await store.ApplyAsync(sending, new EmailNotStarted(sending.SendAttemptId!), CancellationToken.None);
            throw;
        }
    }

    private void Log(InvoiceTransition? ended, MonthlyInvoice sending, MailResult result)
    {
        switch (ended)
        {
            case { IsChanged: true, Invoice.Status: InvoiceStatus.Sent }:
                BillingMetrics.RecordEmailSent();
                LogSent(logger, sending.CustomerId, sending.Month);
                break;
            case { IsChanged: true, Invoice: var invoice }:
                LogNotSent(logger, sending.CustomerId, sending.Month, invoice.Status, invoice.EmailAttempts);
                break;
            default:
                LogOvertaken(logger, sending.CustomerId, sending.Month, result);
                break;
        }
    }

    // Without the reason: the mail server's words have the address in them. The invoice has it.
    [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "The mail to customer {CustomerId} for {Month} is not sent: the invoice is {Status} after {Attempts} attempts.")]
    private static partial void LogNotSent(ILogger logger, string customerId, string month, InvoiceStatus status, int attempts);

    [LoggerMessage(EventId = 3, Level = LogLevel.Debug, Message = "The mail to customer {CustomerId} for {Month} is sent.")]
    private static partial void LogSent(ILogger logger, string customerId, string month);

    [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "The mail to customer {CustomerId} for {Month} ended as {Result}, but another attempt or an operator had completed the invoice before.")]
    private static partial void LogOvertaken(ILogger logger, string customerId, string month, MailResult result);
}
