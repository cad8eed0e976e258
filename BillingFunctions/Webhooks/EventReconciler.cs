using System.Text.Json;
using BillingFunctions.Platform.Stripe;
using Stripe;

namespace BillingFunctions.Webhooks;

/// <summary>What a reconciliation found.</summary>
/// <param name="From">Events from this time on were looked at.</param>
/// <param name="Checked">How many Stripe has.</param>
/// <param name="Missing">How many of them had never arrived and have been fed into the inbox.</param>
/// <param name="Stuck">How many had arrived long ago and not been applied; they have been queued again.</param>
/// <param name="Ids">The first hundred of the missing and stuck ones.</param>
public sealed record ReconciliationReport(DateTimeOffset From, int Checked, int Missing, int Stuck, IReadOnlyList<string> Ids);

/// <summary>Compares Stripe's list of events with the inbox and feeds what never arrived. May run at any time, twice too: the inbox takes each event once.</summary>
public sealed class EventReconciler(StripeClients clients, InboxStore store, WebhookInbox inbox, ReconcilerWatermark watermark, TimeProvider time)
{
    /// <summary>Stripe tries to deliver an event for three days.</summary>
    private static readonly TimeSpan Reach = TimeSpan.FromDays(3);

    /// <summary>How long Stripe's list may take to show an event, generously.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(15);

    /// <summary>The queue gives a message of a killed process back after ten minutes.</summary>
    private static readonly TimeSpan StuckAfter = TimeSpan.FromMinutes(15);

    private const int PageSize = 100;
    private const int MaxIds = 100;

    /// <summary>The types that any handler has to do with. Stripe takes at most 20.</summary>
    private static readonly string[] Types =
    [
        EventTypes.CustomerCreated, EventTypes.CustomerUpdated, EventTypes.CustomerDeleted,
        EventTypes.CustomerSubscriptionCreated, EventTypes.CustomerSubscriptionUpdated, EventTypes.CustomerSubscriptionDeleted,
        EventTypes.InvoiceCreated, EventTypes.InvoiceFinalized, EventTypes.InvoicePaid, EventTypes.InvoicePaymentSucceeded, EventTypes.InvoicePaymentFailed,
        EventTypes.InvoiceUpdated, EventTypes.InvoiceVoided, EventTypes.InvoiceMarkedUncollectible, EventTypes.InvoiceDeleted,
    ];

    /// <summary>Looks at what is new since the last run.</summary>
    /// <exception cref="StripeThrottledException">The rate limit has no room; what was found so far is fed, the next run finds the rest.</exception>
    public async Task<ReconciliationReport> ContinueAsync(CancellationToken cancellationToken)
    {
        var started = time.GetUtcNow();
        var report = await CompareAsync(await watermark.FindAsync(cancellationToken) is { } until && until > started - Reach ? until : started - Reach, cancellationToken);
        await watermark.NoteAsync(started - Overlap, cancellationToken);
        return report;
    }

    /// <summary>Looks at all that Stripe might still deliver.</summary>
    /// <exception cref="StripeThrottledException">As of <see cref="ContinueAsync"/>.</exception>
    public Task<ReconciliationReport> RunAsync(CancellationToken cancellationToken) => CompareAsync(time.GetUtcNow() - Reach, cancellationToken);

    /// <summary>Lists what Stripe could not deliver, and everything of our types.</summary>
    private async Task<ReconciliationReport> CompareAsync(DateTimeOffset from, CancellationToken cancellationToken)
    {
        var seen = new HashSet<string>();
        var (missing, stuck) = (new List<string>(), new List<string>());
        foreach (var options in new[] { new EventListOptions { DeliverySuccess = false }, new EventListOptions { Types = [.. Types] } })
        {
            options.Created = new DateRangeOptions { GreaterThanOrEqual = from.UtcDateTime };
            await foreach (var payload in ListAsync(options, cancellationToken))
            {
                var received = new InboxEvent(StripeEvent.Parse(payload), payload, "reconciler");
                if (seen.Add(received.Event.Id) && await FeedAsync(received, cancellationToken) is { } found)
                {
                    (found == Finding.Missing ? missing : stuck).Add(received.Event.Id);
                }
            }
        }

        return new ReconciliationReport(from, seen.Count, missing.Count, stuck.Count, [.. missing.Concat(stuck).Take(MaxIds)]);
    }

    /// <returns>What was wrong with the event; null if nothing was.</returns>
    private async Task<Finding?> FeedAsync(InboxEvent received, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(received.Key, cancellationToken) is not { } stored)
        {
            await inbox.ReceiveAsync(received, cancellationToken);
            return Finding.Missing;
        }

        if (stored.Status != EventStatus.Received || stored.ReceivedAt > time.GetUtcNow() - StuckAfter)
        {
            return null;
        }

        await inbox.EnqueueAsync(received.Key);
        return Finding.Stuck;
    }

    /// <summary>The events as Stripe wrote them, newest first.</summary>
    private async IAsyncEnumerable<byte[]> ListAsync(EventListOptions options, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        options.Limit = PageSize;
        bool more;
        do
        {
            var page = await PatientlyAsync(() => clients.For(StripeLane.Export).V1.Events.ListAsync(options, cancellationToken: cancellationToken), cancellationToken);
            using var json = JsonDocument.Parse(page.StripeResponse!.Content);
            foreach (var item in json.RootElement.GetProperty("data").EnumerateArray())
            {
                yield return JsonSerializer.SerializeToUtf8Bytes(item);
            }

            more = page.HasMore && page.Data.Count > 0;
            options.StartingAfter = more ? page.Data[^1].Id : null;
        }
        while (more);
    }

    /// <summary>Waits out the rate limit a few times; this runs in the background and has time.</summary>
    private async Task<T> PatientlyAsync<T>(Func<Task<T>> call, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                return await call();
            }
            catch (StripeThrottledException throttled) when (attempt < 20)
            {
                var wait = throttled.RetryAt - time.GetUtcNow();
                await Task.Delay(wait > TimeSpan.Zero ? wait : TimeSpan.Zero, time, cancellationToken);
            }
        }
    }

    private enum Finding
    {
        Missing,
        Stuck,
    }
}
