using System.Text.Json;
using Azure.Storage.Queues;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Invoicing;

/// <summary>Puts lookups and mails on their queues, no more than may wait there.</summary>
public sealed class InvoiceQueues(QueueServiceClient queues, IOptions<InvoicingOptions> options) : IDisposable
{
    private const int Parallelism = 16;

    private readonly QueueClient _lookups = queues.GetQueueClient(InvoiceLookup.Queue);
    private readonly QueueClient _emails = queues.GetQueueClient(InvoiceEmail.Queue);
    private readonly SemaphoreSlim _line = new(1);

    public void Dispose() => _line.Dispose();

    /// <summary>Has an amount looked up.</summary>
    /// <param name="lookup">Whose, and which attempt it is.</param>
    /// <param name="delay">How long to wait before; at once when null.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    public Task EnqueueAsync(InvoiceLookup lookup, TimeSpan? delay, CancellationToken cancellationToken) =>
        _lookups.SendMessageAsync(JsonSerializer.Serialize(lookup), WholeSeconds(delay), timeToLive: null, cancellationToken);

    /// <summary>Has a mail sent.</summary>
    /// <param name="email">Whose.</param>
    /// <param name="delay">How long to wait before; at once when null.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    public Task EnqueueAsync(InvoiceEmail email, TimeSpan? delay, CancellationToken cancellationToken) =>
        _emails.SendMessageAsync(JsonSerializer.Serialize(email), WholeSeconds(delay), timeToLive: null, cancellationToken);

    /// <summary>Has what comes next for an invoice done: the lookup when it is pending, the mail when it is priced.</summary>
    public Task EnqueueNextAsync(MonthlyInvoice invoice, CancellationToken cancellationToken) => invoice.Status switch
    {
        InvoiceStatus.Pending => EnqueueAsync(new InvoiceLookup(invoice.Month, invoice.CustomerId), delay: null, cancellationToken),
        InvoiceStatus.Priced => EnqueueAsync(new InvoiceEmail(invoice.Month, invoice.CustomerId), delay: null, cancellationToken),
        _ => Task.CompletedTask,
    };

    internal Task EnqueueAsync(IEnumerable<InvoiceLookup> lookups, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        lookups,
        new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
        async (lookup, token) => await EnqueueAsync(lookup, delay: null, token));

    /// <summary>
    /// Does something that puts lookups on the queue, one caller at a time, so that two do not take the same room. A lookup becomes a mail: both queues count.
    /// A part is kept free for those that are being worked on and go back with a delay.
    /// </summary>
    /// <param name="fill">Gets the room: how many messages may be added. 0 also when there is too little of it to be worth a page.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    internal async Task<T> InLineAsync<T>(Func<int, Task<T>> fill, CancellationToken cancellationToken)
    {
        await _line.WaitAsync(cancellationToken);
        try
        {
            var allowed = options.Value.MaxQueueDepth;
            var room = allowed - Math.Min(allowed / 5, 40) - await CountLookupsAsync(cancellationToken) - await CountEmailsAsync(cancellationToken);
            return await fill(room < Math.Min(allowed / 8, 32) ? 0 : room);
        }
        finally
        {
            _line.Release();
        }
    }

    internal Task<int> CountLookupsAsync(CancellationToken cancellationToken) => CountAsync(_lookups, cancellationToken);

    internal Task<int> CountEmailsAsync(CancellationToken cancellationToken) => CountAsync(_emails, cancellationToken);

    /// <summary>Never too few; those that are hidden for a retry or being worked on count too.</summary>
    private static async Task<int> CountAsync(QueueClient queue, CancellationToken cancellationToken)
    {
        var properties = await queue.GetPropertiesAsync(cancellationToken);
        return properties.Value.ApproximateMessagesCount;
    }

    /// <summary>Storage counts in seconds; less than one must not become none.</summary>
    private static TimeSpan? WholeSeconds(TimeSpan? delay) => delay is { } given ? TimeSpan.FromSeconds(Math.Ceiling(given.TotalSeconds)) : null;
}
