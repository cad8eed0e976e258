using BillingFunctions.Invoicing.Invoices;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Invoicing.Runs;

/// <summary>How many lookups may be put on the queue, so that never more wait than the settings allow. A lookup becomes a mail: both queues count.</summary>
public sealed class QueueRoom(InvoiceQueues queues, IOptions<InvoicingOptions> options) : IDisposable
{
    private readonly SemaphoreSlim _line = new(1);

    public void Dispose() => _line.Dispose();

    /// <summary>Does something that puts messages on the queues, one caller at a time, so that two do not take the same room.</summary>
    /// <param name="fill">Gets how many messages may be added; 0 also when that is too few to be worth a page.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    internal async Task<T> InLineAsync<T>(Func<int, Task<T>> fill, CancellationToken cancellationToken)
    {
        await _line.WaitAsync(cancellationToken);
        try
        {
            return await fill(await MeasureAsync(cancellationToken));
        }
        finally
        {
            _line.Release();
        }
    }

    /// <summary>A part is kept free: a message that is being worked on is there once more for a moment when it goes back with a delay.</summary>
    private async Task<int> MeasureAsync(CancellationToken cancellationToken)
    {
        var allowed = options.Value.MaxQueueDepth;
        var waiting = await queues.CountLookupsAsync(cancellationToken) + await queues.CountEmailsAsync(cancellationToken);
        var room = allowed - Math.Min(allowed / 5, 40) - waiting;
        return room < Math.Min(allowed / 8, 32) ? 0 : room;
    }
}
