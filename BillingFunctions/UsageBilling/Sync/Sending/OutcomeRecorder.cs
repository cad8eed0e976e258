using BillingFunctions.Platform.Explaining;
using BillingFunctions.Platform.Queues;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.UsageBilling.Explain;
using BillingFunctions.UsageBilling.Invoices;
using BillingFunctions.UsageBilling.Items;
using BillingFunctions.UsageBilling.Ledger;
using BillingFunctions.UsageBilling.Sync.Calls;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BillingFunctions.UsageBilling.Sync.Sending;

/// <summary>
/// Writes down what came of a call: items and their entries in one transaction, by the holder of the lease only. What a caller has changed meanwhile stays in the
/// outbox with its new content.
/// </summary>
public sealed partial class OutcomeRecorder(UsageLedger ledger, IOptions<QueueRetries> retries, TimeProvider time, ILogger<OutcomeRecorder> logger)
{
    /// <summary>An item and its entry are two rows; one is left for the invoice.</summary>
    private const int MaxEntries = (LedgerChange.MaxRows - 1) / 2;

    private readonly RetryPolicy _policy = retries.Value.For(QueueRetries.Usage, attempts: 3, TimeSpan.FromSeconds(10), TimeSpan.FromMinutes(1));

    /// <summary>Notes that Stripe has been told.</summary>
    /// <param name="lease">The sender's lease.</param>
    /// <param name="done">The entries, each with the line that Stripe has now; null when it has none.</param>
    /// <param name="invoice">Changes the invoice with the first of them; null when it stays as it is.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    /// <param name="isFound">Whether they were found at Stripe, be it with a former content.</param>
    /// <param name="requestId">The id of the request by which Stripe was told, <c>req_…</c>; null when there was none.</param>
    internal async Task DoneAsync(
        SenderLease lease, IReadOnlyList<(OutboxEntry Entry, SentLine? Sent)> done, Func<UsageInvoice, UsageInvoice>? invoice, CancellationToken cancellationToken, bool isFound = false, string? requestId = null)
    {
        foreach (var (number, chunk) in done.Chunk(MaxEntries).Index())
        {
            await ledger.ChangeAsync(
                lease.OrganizationId,
                async change =>
                {
                    SenderLeases.Renew(change, lease);
                    if (number == 0 && invoice is not null && await change.FindInvoiceAsync(chunk[0].Entry.InvoiceId, cancellationToken) is { } stored)
                    {
                        change.Write(invoice(stored));
                    }

                    foreach (var (entry, sent) in chunk)
                    {
                        await EndAsync(change, entry, sent, isFound && entry.MayHaveArrived, ItemHistory.TellOf(change.Now, sent, isFound, requestId, entry), cancellationToken);
                    }

                    return true;
                },
                cancellationToken);
        }

        foreach (var (entry, _) in done.Where(one => one.Entry.Attempts.Count > 0))
        {
            Log.Done(logger, entry.Attempts.Count + 1, entry.Subject);
        }
    }

    /// <summary>Notes that an attempt has failed: there is another one later, or it was the last.</summary>
    internal async Task FailedAsync(SenderLease lease, IReadOnlyList<OutboxEntry> entries, CallFailure failure, CancellationToken cancellationToken)
    {
        var failed = entries.ToDictionary(entry => entry.Key, entry => Failed(entry, failure));
        foreach (var chunk in entries.Chunk(MaxEntries))
        {
            await ledger.ChangeAsync(
                lease.OrganizationId,
                async change =>
                {
                    SenderLeases.Renew(change, lease);
                    foreach (var entry in chunk)
                    {
                        var (present, isChanged) = await PresentAsync(change, entry, cancellationToken);
                        if (isChanged && failure.Kind == FailureKind.Refused)
                        {
                            // The refused content is out of date; the present content is sent next.
                            change.Replace(present with { MayHaveArrived = true });
                            continue;
                        }

                        var next = failed[entry.Key] with { Item = present.Item };
                        change.Replace(next.GivenUp is null ? next : next with { Item = await GiveUpAsync(change, next, cancellationToken) });
                    }

                    return true;
                },
                cancellationToken);
        }

        foreach (var entry in failed.Values)
        {
            Log.Failed(logger, entry.Attempts.Count, entry.Subject, entry.GivenUp ?? $"again in {entry.NotBefore - entry.Attempts[^1].At:c}", failure.Reason);
        }
    }

    /// <summary>Takes an entry out of the outbox that has been reported.</summary>
    internal Task EndReportedAsync(SenderLease lease, OutboxEntry entry, CancellationToken cancellationToken) => ledger.ChangeAsync(
        lease.OrganizationId,
        async change =>
        {
            SenderLeases.Renew(change, lease);
            if (!(await PresentAsync(change, entry, cancellationToken)).IsChanged)
            {
                change.End(entry);
            }

            return true;
        },
        cancellationToken);

    /// <summary>Shows on the item, or on the invoice that was to be closed, that it was given up.</summary>
    private static async Task<UsageItem?> GiveUpAsync(LedgerChange change, OutboxEntry entry, CancellationToken cancellationToken)
    {
        var reason = entry.Attempts[^1].Reason;
        if (entry.Kind == OutboxKind.Close && await change.FindInvoiceAsync(entry.InvoiceId, cancellationToken) is { } invoice)
        {
            change.Write(invoice with { Status = UsageInvoiceStatus.Held, Difference = [$"It could not be closed: {reason}"], UpdatedAt = change.Now });
        }

        if (entry.Item is not { } item)
        {
            return null;
        }

        var given = item with
        {
            SyncStatus = entry.GivenUp == GivenUpBy.Refusal ? SyncStatus.Canceled : SyncStatus.Discarded,
            Error = reason,
            History = ItemHistory.WithGivenUp(item, entry, change.Now),
        };
        change.Write(given);
        return given;
    }

    private static async Task EndAsync(LedgerChange change, OutboxEntry entry, SentLine? sent, bool mayDiffer, Moment told, CancellationToken cancellationToken)
    {
        var (present, isChanged) = await PresentAsync(change, entry, cancellationToken);
        if (entry.Item is null || present.Item is null)
        {
            if (!isChanged)
            {
                change.End(entry);
            }
        }
        else if (isChanged)
        {
            // A caller has changed the item since it was sent; the entry stays for the difference.
            var item = present.Item with { Sent = sent, History = Journal.With(present.Item.History, told) };
            change.Write(item);
            change.Replace(present with { Item = item, MayHaveArrived = false });
        }
        else if (entry.Item.IsDeleted && sent is null)
        {
            change.Delete(entry.ItemId);
            change.End(entry);
        }
        else if (entry.Item.IsDeleted && sent is { Amount: 0, Credited: not 0 })
        {
            // The invoice is final, so the line stays on it. The row is kept for the proof.
            change.Write(entry.Item with { SyncStatus = SyncStatus.Synced, Sent = sent, Error = null, History = ItemHistory.WithEnd(entry, told) });
            change.End(entry);
        }
        else if (entry.Item.IsDeleted || mayDiffer || sent?.Amount != entry.Item.Line.Amount)
        {
            // A lost call has sent an earlier content; the entry stays for the difference.
            var item = entry.Item with { Sent = sent, History = Journal.With(entry.Item.History, told) };
            change.Write(item);
            change.Replace(entry with { Item = item, MayHaveArrived = false });
        }
        else
        {
            change.Write(entry.Item with { SyncStatus = SyncStatus.Synced, Sent = sent, Error = null, History = ItemHistory.WithEnd(entry, told) });
            change.End(entry);
        }
    }

    /// <summary>The entry itself, unless a caller has changed it since the lease was taken: then it is read again. While there is a lease, callers take none away.</summary>
    /// <returns>The entry, and whether its content has changed.</returns>
    private static async Task<(OutboxEntry Entry, bool IsChanged)> PresentAsync(LedgerChange change, OutboxEntry entry, CancellationToken cancellationToken)
    {
        if (!change.Head.IsEdited(entry.Key))
        {
            return (entry, false);
        }

        change.Head = change.Head with { Edited = [.. change.Head.Edited.Where(key => key != entry.Key)] };
        var stored = (await change.FindAsync(entry.Key, cancellationToken))?.Read<OutboxEntry>();
        return stored is null || (entry.Item is not null && stored.Item == entry.Item && stored.GivenUp == entry.GivenUp) ? (entry, false) : (stored, true);
    }

    private OutboxEntry Failed(OutboxEntry entry, CallFailure failure)
    {
        var now = time.GetUtcNow();
        var attempts = entry.Attempts.Append(new FailedAttempt(now, failure.Reason, failure.IsKept)
        {
            StripeRequestId = failure.StripeRequestId,
            ReplyCode = failure.ReplyCode,
            CallId = Journal.CallId,
        }).ToList();
        var givenUp = failure.Kind == FailureKind.Refused ? GivenUpBy.Refusal : attempts.Count >= _policy.MaxAttempts ? GivenUpBy.Attempts : null;
        return entry with { Attempts = attempts, NotBefore = givenUp is null ? now + _policy.After(attempts.Count) : null, GivenUp = givenUp };
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Attempt {Attempt} to sync {Subject}: done.")]
        public static partial void Done(ILogger logger, int attempt, string subject);

        [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "Attempt {Attempt} to sync {Subject} failed, {Outcome}: {Reason}")]
        public static partial void Failed(ILogger logger, int attempt, string subject, string outcome, string reason);
    }
}

/// <summary>Why no more attempts are made. Stored.</summary>
internal static class GivenUpBy
{
    /// <summary>The last attempt has failed.</summary>
    public const string Attempts = "discarded";

    /// <summary>Stripe has refused, or something was wrong on our side: another attempt would end the same.</summary>
    public const string Refusal = "canceled";
}
