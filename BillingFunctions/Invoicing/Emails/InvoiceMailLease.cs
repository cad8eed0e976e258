using BillingFunctions.Invoicing.Invoices;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Invoicing.Emails;

/// <summary>Keeps the lease of an attempt while its session with the mail server lasts: every 30 s the invoice's row says that the sender lives. To be disposed before the outcome is written.</summary>
internal sealed partial class InvoiceMailLease : IAsyncDisposable
{
    private static readonly TimeSpan RenewalInterval = TimeSpan.FromSeconds(30);

    private readonly MonthlyInvoiceStore _store;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _lost = new();
    private readonly PeriodicTimer _timer;
    private readonly Task _renewing;
    private volatile MonthlyInvoice _invoice;

    /// <param name="store">Where the invoice is.</param>
    /// <param name="sending">The invoice as the attempt has marked it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Is told of renewals that fail.</param>
    public InvoiceMailLease(MonthlyInvoiceStore store, MonthlyInvoice sending, TimeProvider time, ILogger logger)
    {
        (_store, _invoice, _time, _logger) = (store, sending, time, logger);
        _timer = new PeriodicTimer(RenewalInterval, time);
        _renewing = RenewAsync();
    }

    /// <summary>Is cancelled when others have judged the attempt.</summary>
    public CancellationToken Lost => _lost.Token;

    /// <summary>Whether nobody, by whatever clock, can have taken the sender for dead. By the time, not by a timer: a process that was frozen finds out at once.</summary>
    public bool IsHeld => !_lost.IsCancellationRequested && _time.GetUtcNow() + InvoiceTransitions.ClockSkew < InvoiceTransitions.LeaseEnd(_invoice);

    public async ValueTask DisposeAsync()
    {
        _timer.Dispose();
        await _renewing;
        _lost.Dispose();
    }

    private async Task RenewAsync()
    {
        while (await _timer.WaitForNextTickAsync())
        {
            try
            {
                if (await _store.ApplyAsync(_invoice, new LeaseRenewed(_invoice.SendAttemptId!), CancellationToken.None) is not { IsChanged: true, Invoice: var renewed })
                {
                    await _lost.CancelAsync();
                    return;
                }

                _invoice = renewed;
            }
            catch (Exception failure)
            {
                // The next renewal may succeed; if none does, the lease runs out by itself.
                LogNotRenewed(_logger, failure, _invoice.CustomerId, _invoice.Month);
            }
        }
    }

    [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The lease for the mail to customer {CustomerId} for {Month} could not be renewed.")]
    private static partial void LogNotRenewed(ILogger logger, Exception failure, string customerId, string month);
}
