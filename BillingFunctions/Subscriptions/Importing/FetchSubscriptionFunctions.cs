using System.Text.Json;
using Azure.Storage.Queues;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Platform.Telemetry;
using BillingFunctions.Subscriptions.History;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Subscriptions.Importing;

/// <summary>The queue message: a subscription that is known by a payment alone.</summary>
public sealed record SubscriptionToFetch(string SubscriptionId) : TracedMessage
{
    public const string Queue = "subscriptions-to-fetch";
}

/// <summary>Has subscriptions fetched of which nothing was heard but a payment.</summary>
public sealed class SubscriptionFetches(QueueServiceClient queues)
{
    /// <summary>Of a new subscription the payment often comes before its beginning, which arrives within moments: then no call to Stripe is needed.</summary>
    private static readonly TimeSpan Delay = TimeSpan.FromSeconds(10);

    private readonly QueueClient _queue = queues.GetQueueClient(SubscriptionToFetch.Queue);

    internal Task EnqueueAsync(string subscriptionId, CancellationToken cancellationToken, TimeSpan? delay = null) =>
        _queue.SendMessageAsync(JsonSerializer.Serialize(new SubscriptionToFetch(subscriptionId)), visibilityTimeout: delay ?? Delay, cancellationToken: cancellationToken);
}

/// <summary>
/// Reads a subscription from Stripe that is older than the webhook. May run twice: a second snapshot says the same. One whose beginning has arrived meanwhile is left
/// alone; one that Stripe does not have stays without a record, and its audit says that it waits.
/// </summary>
public sealed partial class FetchSubscriptionFunctions(
    SubscriptionStore store,
    StripeSubscriptions stripe,
    SubscriptionEventHandler handler,
    SubscriptionFetches fetches,
    FailedJobStore failedJobs,
    PoisonMessages messages,
    TimeProvider time,
    ILogger<FetchSubscriptionFunctions> logger)
{
    [Function("FetchSubscriptionFunction")]
    public async Task RunAsync([QueueTrigger(SubscriptionToFetch.Queue, Connection = StorageConnection.Name)] SubscriptionToFetch message, CancellationToken cancellationToken)
    {
        var id = message.SubscriptionId;
        Edge.About("subscription_id", id);
        if (await store.FindAsync(id, cancellationToken) is not { History.Record: null })
        {
            // A process may have died between the snapshot and what access depends on.
            await handler.ApplyAsync(id, Array.Empty<SubscriptionEvent>(), cancellationToken);
            return;
        }

        try
        {
            if (await stripe.FindAsync(id, cancellationToken) is { } snapshot)
            {
                await handler.ApplyAsync(id, [snapshot], cancellationToken);
            }
            else
            {
                Log.NotAtStripe(logger, id);
            }
        }
        catch (StripeThrottledException throttled)
        {
            await fetches.EnqueueAsync(id, cancellationToken, throttled.WaitFrom(time.GetUtcNow()));
        }
        catch (Exception exception) when (StripeFailure.From(exception, cancellationToken) is { Kind: FailureKind.Refused or FailureKind.KeyRefused } refusal)
        {
            await failedJobs.AddAsync(SubscriptionToFetch.Queue, id, JsonSerializer.Serialize(message), refusal.Reason, attempts: 1, cancellationToken);
        }
    }

    /// <summary>Takes a fetch that failed each time into the failed jobs. May run twice: a failed job is there once for a subscription.</summary>
    [Function("FetchSubscriptionPoisonQueueFunction")]
    public async Task GiveUpAsync([QueueTrigger($"{SubscriptionToFetch.Queue}-poison", Connection = StorageConnection.Name)] string message, CancellationToken cancellationToken)
    {
        if (await messages.ReadAsync<SubscriptionToFetch>(SubscriptionToFetch.Queue, message, fetch => TableKey.IsValid(fetch.SubscriptionId), cancellationToken) is { } fetch)
        {
            await failedJobs.AddAsync(
                SubscriptionToFetch.Queue, fetch.SubscriptionId, message, "Stripe could not be asked for the subscription; the log says why.", PoisonMessages.Deliveries, cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Subscription {SubscriptionId} is known by a payment alone, and Stripe does not have it. It stays without a record.")]
        public static partial void NotAtStripe(ILogger logger, string subscriptionId);
    }
}
