using System.Text.Json;
using Azure.Storage.Queues;

namespace BillingFunctions.Invoicing;

/// <summary>Puts lookups and mails on their queues.</summary>
public sealed class InvoiceQueues(QueueServiceClient queues)
{
    private readonly QueueClient _lookups = queues.GetQueueClient(InvoiceLookup.Queue);
    private readonly QueueClient _emails = queues.GetQueueClient(InvoiceEmail.Queue);

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

    /// <summary>Storage counts in seconds; less than one must not become none.</summary>
    private static TimeSpan? WholeSeconds(TimeSpan? delay) => delay is { } given ? TimeSpan.FromSeconds(Math.Ceiling(given.TotalSeconds)) : null;
}
