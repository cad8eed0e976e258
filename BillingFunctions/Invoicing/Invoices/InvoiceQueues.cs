using System.Text.Json;
using System.Text.Json.Serialization;
using Azure.Storage.Queues;
using BillingFunctions.Invoicing.Emails;
using BillingFunctions.Platform.Capabilities;
using BillingFunctions.Platform.Telemetry;

namespace BillingFunctions.Invoicing.Invoices;

/// <summary>Puts lookups and mails on their queues.</summary>
public sealed class InvoiceQueues(QueueServiceClient queues, CapabilityStates capabilities)
{
    private const int Parallelism = 16;

    private readonly bool _sendsMails = capabilities.IsOn(typeof(SendInvoiceEmailFunction));
    private readonly QueueClient _lookups = queues.GetQueueClient(InvoiceLookup.Queue);
    private readonly QueueClient _emails = queues.GetQueueClient(InvoiceEmail.Queue);

    /// <summary>Has an amount looked up.</summary>
    /// <param name="lookup">Whose, and which attempt it is.</param>
    /// <param name="delay">How long to wait before; at once when null.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    public Task EnqueueAsync(InvoiceLookup lookup, TimeSpan? delay, CancellationToken cancellationToken) =>
        _lookups.SendMessageAsync(JsonSerializer.Serialize(lookup), WholeSeconds(delay), timeToLive: null, cancellationToken);

    /// <summary>Has a mail sent.</summary>
    /// <param name="email">The month and customer of the invoice, and the attempt.</param>
    /// <param name="delay">How long to wait before; at once when null.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    /// <remarks>While mails are off nothing is queued, or they would fill the queue; the sweeper queues them when they are on again.</remarks>
    public Task EnqueueAsync(InvoiceEmail email, TimeSpan? delay, CancellationToken cancellationToken) => _sendsMails
        ? _emails.SendMessageAsync(JsonSerializer.Serialize(email), WholeSeconds(delay), timeToLive: null, cancellationToken)
        : Task.CompletedTask;

    /// <summary>Has the next attempt made: at the lookup when it is pending, at the mail when it is priced.</summary>
    public Task EnqueueNextAsync(MonthlyInvoice invoice, CancellationToken cancellationToken) => invoice.Status switch
    {
        InvoiceStatus.Pending => EnqueueAsync(new InvoiceLookup(invoice.Month, invoice.CustomerId, invoice.LookupAttempts), delay: null, cancellationToken),
        InvoiceStatus.Priced => EnqueueAsync(new InvoiceEmail(invoice.Month, invoice.CustomerId, invoice.EmailAttempts), delay: null, cancellationToken),
        _ => Task.CompletedTask,
    };

    internal Task EnqueueAsync(IEnumerable<InvoiceLookup> lookups, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        lookups,
        new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
        async (lookup, token) => await EnqueueAsync(lookup, delay: null, token));

    /// <summary>How many lookups wait: never too few, and those that are hidden for a retry or being worked on count too.</summary>
    internal Task<int> CountLookupsAsync(CancellationToken cancellationToken) => CountAsync(_lookups, cancellationToken);

    /// <summary>How many mails wait, counted in the same way.</summary>
    internal Task<int> CountEmailsAsync(CancellationToken cancellationToken) => CountAsync(_emails, cancellationToken);

    private static async Task<int> CountAsync(QueueClient queue, CancellationToken cancellationToken)
    {
        var properties = await queue.GetPropertiesAsync(cancellationToken);
        return properties.Value.ApproximateMessagesCount;
    }

    /// <summary>Storage counts in seconds; less than one must not become none.</summary>
    private static TimeSpan? WholeSeconds(TimeSpan? delay) => delay is { } given ? TimeSpan.FromSeconds(Math.Ceiling(given.TotalSeconds)) : null;
}

/// <summary>The queue message: look up what a customer owes for a month. May be delivered any number of times; the invoice says whether it is still to be done.</summary>
/// <param name="Month"><c>yyyy-MM</c>.</param>
/// <param name="CustomerId">The customer.</param>
/// <param name="Attempts">How many attempts have failed; a message that does not know of the last one is out of date. A failed job's message says 0: retried, it has all attempts again.</param>
public sealed record InvoiceLookup(string Month, string CustomerId, int Attempts = 0) : TracedMessage
{
    public const string Queue = "invoice-lookups";

    /// <summary>What its failed job is about.</summary>
    [JsonIgnore]
    public string JobId => $"{Month}/{CustomerId}";
}

/// <summary>The queue message: send the mail. May be delivered any number of times; the invoice says whether it is still to be done, and counts the attempts.</summary>
/// <param name="Month"><c>yyyy-MM</c>.</param>
/// <param name="CustomerId">The customer.</param>
/// <param name="FollowsAttempt">
/// How many attempts had failed when this message was queued to follow an earlier one; it then leaves alone an invoice that has failed for good or was tried
/// again since. Null for a message of its own: it tries a failed invoice again.
/// </param>
public sealed record InvoiceEmail(string Month, string CustomerId, int? FollowsAttempt = null) : TracedMessage
{
    public const string Queue = "invoice-emails";

    /// <summary>What its failed job is about.</summary>
    [JsonIgnore]
    public string JobId => $"{Month}/{CustomerId}";
}
