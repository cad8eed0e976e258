using BillingFunctions.Invoicing.Invoices;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Invoicing.Emails;

/// <summary>
/// Writes into an invoice that its mail is being sent, and what became of it. Every write compares and swaps, and names the attempt it is for; one that storage
/// fails is tried again in place for about ten seconds, since what is known of a mail is lost with the process.
/// </summary>
public sealed partial class InvoiceMailLedger(MonthlyInvoiceStore store, TimeProvider time, ILogger<InvoiceMailLedger> logger)
{
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(6)];

    /// <summary>Marks the mail as being sent by a new attempt.</summary>
    /// <param name="invoice">As it was read, perhaps reopened.</param>
    /// <returns>The marked invoice; null when somebody else has changed it: then this attempt must send nothing.</returns>
    public Task<MonthlyInvoice?> TryBeginAsync(MonthlyInvoice invoice) => TryWriteAsync(invoice with
    {
        Status = InvoiceStatus.Sending,
        SendAttemptId = Guid.NewGuid().ToString("N"),
        SendingSince = time.GetUtcNow(),
    });

    /// <summary>Writes what became of the mail, even if others have called its delivery unknown meanwhile: this attempt knows better.</summary>
    /// <param name="sending">As <see cref="TryBeginAsync"/> returned it.</param>
    /// <param name="outcome">What to change.</param>
    /// <returns>The invoice as it is stored now; null when it is no longer this attempt's.</returns>
    public async Task<MonthlyInvoice?> SettleAsync(MonthlyInvoice sending, Func<MonthlyInvoice, MonthlyInvoice> outcome)
    {
        for (MonthlyInvoice? current = sending; current is not null; current = await FindOpenAsync(sending))
        {
            if (await TryWriteAsync(outcome(current) with { SendingSince = null }) is { } settled)
            {
                return settled;
            }
        }

        return null;
    }

    private async Task<MonthlyInvoice?> TryWriteAsync(MonthlyInvoice changed)
    {
        for (var tries = 0; ; tries++)
        {
            try
            {
                return await store.TryUpdateAsync(changed, CancellationToken.None) ?? await FindWrittenAsync(changed);
            }
            catch (Exception failure) when (tries < Pauses.Length)
            {
                Log.NotWritten(logger, changed.CustomerId, changed.Month, changed.Status, tries + 1, failure);
                await Task.Delay(Pauses[tries], time, CancellationToken.None);
            }
        }
    }

    /// <summary>When the answer to a write is lost, the write is repeated and then conflicts with itself.</summary>
    private async Task<MonthlyInvoice?> FindWrittenAsync(MonthlyInvoice changed) =>
        await FindAsync(changed) is { } stored && stored.Status == changed.Status && stored.EmailAttempts == changed.EmailAttempts ? stored : null;

    private async Task<MonthlyInvoice?> FindOpenAsync(MonthlyInvoice sending) =>
        await FindAsync(sending) is { Status: InvoiceStatus.Sending or InvoiceStatus.DeliveryUnknown or InvoiceStatus.Priced } stored ? stored : null;

    /// <summary>The invoice, if no other attempt has begun.</summary>
    private async Task<MonthlyInvoice?> FindAsync(MonthlyInvoice invoice) =>
        await store.FindAsync(invoice.Month, invoice.CustomerId, CancellationToken.None) is { } stored && stored.SendAttemptId == invoice.SendAttemptId ? stored : null;

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The invoice of customer {CustomerId} for {Month} could not be marked {Status} in try {Try}.")]
        public static partial void NotWritten(ILogger logger, string customerId, string month, InvoiceStatus status, int @try, Exception exception);
    }
}
