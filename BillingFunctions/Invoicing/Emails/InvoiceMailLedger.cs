using BillingFunctions.Invoicing.Invoices;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace BillingFunctions.Invoicing.Emails;

/// <summary>
/// Writes into an invoice that its mail is being sent, and what became of it. Every write compares and swaps, and names the attempt it is for; one that storage
/// fails is tried again in place for about ten seconds, since what is known of a mail is lost with the process.
/// </summary>
public sealed partial class InvoiceMailLedger(MonthlyInvoiceStore store, TimeProvider time, ILogger<InvoiceMailLedger> logger)
{
    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(0.2), TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(6)];

    private readonly ResiliencePipeline<MonthlyInvoice?> _writes = new ResiliencePipelineBuilder<MonthlyInvoice?> { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions<MonthlyInvoice?>
        {
            MaxRetryAttempts = Pauses.Length,
            DelayGenerator = retry => new(Pauses[retry.AttemptNumber]),
            OnRetry = retry =>
            {
                Log.NotWritten(logger, retry.AttemptNumber + 1, retry.Outcome.Exception);
                return default;
            },
        })
        .Build();

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

    private async Task<MonthlyInvoice?> TryWriteAsync(MonthlyInvoice changed) =>
        await _writes.ExecuteAsync(async _ => await store.TryUpdateAsync(changed, CancellationToken.None) ?? await FindWrittenAsync(changed), CancellationToken.None);

    /// <summary>A try whose answer was lost for good may have been written; the next one then conflicts with it.</summary>
    private async Task<MonthlyInvoice?> FindWrittenAsync(MonthlyInvoice changed) =>
        await FindAsync(changed) is { } stored && stored.Status == changed.Status && stored.EmailAttempts == changed.EmailAttempts ? stored : null;

    private async Task<MonthlyInvoice?> FindOpenAsync(MonthlyInvoice sending) =>
        await FindAsync(sending) is { Status: InvoiceStatus.Sending or InvoiceStatus.DeliveryUnknown or InvoiceStatus.Priced } stored ? stored : null;

    /// <summary>The invoice, if no other attempt has begun.</summary>
    private async Task<MonthlyInvoice?> FindAsync(MonthlyInvoice invoice) =>
        await store.FindAsync(invoice.Month, invoice.CustomerId, CancellationToken.None) is { } stored && stored.SendAttemptId == invoice.SendAttemptId ? stored : null;

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "What became of a mail could not be written in try {Try}; it is tried again.")]
        public static partial void NotWritten(ILogger logger, int @try, Exception? exception);
    }
}
