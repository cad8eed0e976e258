using System.Text.Json;
using Azure.Data.Tables;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Webhooks.Applying;
using BillingFunctions.Webhooks.Inbox;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Webhooks.Reconciling;

/// <summary>Compares Stripe's list of events with the inbox and feeds what never arrived. May run at any time, twice too: the inbox takes each event once.</summary>
public sealed partial class EventReconciler(
    StripeEventList events, InboxStore store, WebhookInbox inbox, ReconcilerWatermark watermark, TimeProvider time, ILogger<EventReconciler> logger)
{
    /// <summary>So long Stripe lists an event.</summary>
    public static readonly TimeSpan Reach = TimeSpan.FromDays(30);

    /// <summary>So long Stripe tries to deliver one.</summary>
    private static readonly TimeSpan Usual = TimeSpan.FromDays(3);

    /// <summary>After each the watermark moves, so that a run that is cut off has not worked for nothing.</summary>
    private static readonly TimeSpan Slice = TimeSpan.FromDays(1);

    /// <summary>How long Stripe's list may take to show an event, generously.</summary>
    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(15);

    /// <summary>The queue gives a message of a killed process back after ten minutes.</summary>
    private static readonly TimeSpan StuckAfter = TimeSpan.FromMinutes(15);

    private const int Parallelism = 16;

    /// <summary>Looks at what is new since the last run, however long ago that was; the first time, at the last three days.</summary>
    /// <exception cref="StripeThrottledException">The rate limit has no room; what was found so far is fed, the next run finds the rest.</exception>
    public async Task<ReconciliationReport> ContinueAsync(CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var from = await watermark.FindAsync(cancellationToken) is not { } until ? now - Usual : until > now - Reach ? until : now - Reach;
        return await CompareAsync(from, now, end => watermark.NoteAsync(end < now - Overlap ? end : now - Overlap, cancellationToken), cancellationToken);
    }

    /// <summary>Looks at everything from a time on; by default, at what Stripe might still deliver.</summary>
    /// <exception cref="StripeThrottledException">As of <see cref="ContinueAsync"/>.</exception>
    public Task<ReconciliationReport> RunAsync(DateTimeOffset? from, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        return CompareAsync(from ?? (now - Usual), now, _ => Task.CompletedTask, cancellationToken);
    }

    private async Task<ReconciliationReport> CompareAsync(DateTimeOffset from, DateTimeOffset now, Func<DateTimeOffset, Task> compared, CancellationToken cancellationToken)
    {
        var findings = new ReconciliationFindings();
        for (var (start, end) = (from, from + Slice); start < now; (start, end) = (end, end + Slice))
        {
            findings.BeginSlice();
            await foreach (var page in events.ListAsync(start, end < now ? end : null, cancellationToken))
            {
                await FeedAsync([.. page.Select(payload => Read(payload, findings)).OfType<InboxEvent>()], findings, cancellationToken);
            }

            await compared(end);
        }

        return findings.Since(from);
    }

    private async Task FeedAsync(IReadOnlyList<InboxEvent> listed, ReconciliationFindings findings, CancellationToken cancellationToken)
    {
        List<InboxEvent> fresh = [.. listed.Where(one => findings.IsFirstSight(one.Key.Text))];
        var (missing, stuck) = await MissingAndStuckAsync(fresh, cancellationToken);
        await Task.WhenAll(missing.Select(one => inbox.ReceiveAsync(one, cancellationToken)));
        await inbox.EnqueueAsync(stuck.Select(one => one.Key));
        findings.Add(missing, stuck);
    }

    private InboxEvent? Read(byte[] payload, ReconciliationFindings findings)
    {
        try
        {
            return new InboxEvent(StripeEvent.Parse(payload), payload, "reconciler");
        }
        catch (JsonException unreadable)
        {
            findings.AddUnreadable();
            Log.Unreadable(logger, unreadable);
            return null;
        }
    }

    private async Task<(IReadOnlyList<InboxEvent> Missing, IReadOnlyList<InboxEvent> Stuck)> MissingAndStuckAsync(List<InboxEvent> listed, CancellationToken cancellationToken)
    {
        var stored = new StoredEvent?[listed.Count];
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForAsync(0, listed.Count, options, async (index, token) => stored[index] = await store.FindAsync(listed[index].Key, token));
        var longAgo = time.GetUtcNow() - StuckAfter;
        return (
            [.. listed.Where((_, index) => stored[index] is null)],
            [.. listed.Where((_, index) => stored[index] is { Status: EventStatus.Received } found && found.ReceivedAt <= longAgo)]);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "An event in Stripe's list cannot be read; it is left out.")]
        public static partial void Unreadable(ILogger logger, Exception exception);
    }
}

/// <summary>Up to when Stripe's events are known to be in the inbox. In <c>Runs</c>: partition <c>reconciliation</c>, one row.</summary>
public sealed class ReconcilerWatermark(TableServiceClient tables)
{
    private const string Partition = "reconciliation";
    private const string Row = "watermark";
    private const string Column = "CompleteUntil";

    private readonly TableClient _table = tables.GetTableClient(RunTable.Name);

    /// <summary>Null before the first reconciliation.</summary>
    internal async Task<DateTimeOffset?> FindAsync(CancellationToken cancellationToken) =>
        (await _table.FindAsync<TableEntity>(Partition, Row, cancellationToken))?.GetDateTimeOffset(Column);

    /// <summary>Two runs at once may overwrite each other: either is true.</summary>
    internal Task NoteAsync(DateTimeOffset completeUntil, CancellationToken cancellationToken) =>
        _table.UpsertEntityAsync(new TableEntity(Partition, Row) { [Column] = completeUntil }, TableUpdateMode.Replace, cancellationToken);
}
