using BillingFunctions.Platform.Stripe;
using BillingFunctions.UsageBilling.Ledger;
using BillingFunctions.UsageBilling.Sync.Calls;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BillingFunctions.UsageBilling.Sync.Sending;

/// <summary>
/// Sends what an organization has waiting, step by step, until nothing is ready. Run any number of times, at the same time or late: one sender at a time has the lease,
/// and the outbox says what is left.
/// </summary>
public sealed partial class OrganizationSync(
    UsageLedger ledger, SenderLeases leases, SyncMonitor monitor, SendSteps steps, LineNotes notes, OutcomeRecorder recorder,
    IOptions<SyncOptions> options, IOptions<UsageBillingOptions> billing, IOptions<StripeOptions> stripe, TimeProvider time, ILogger<OrganizationSync> logger)
{
    /// <summary>How many entries are read together.</summary>
    private const int MaxEntries = 1_000;

    private static readonly TimeSpan LongestRun = TimeSpan.FromSeconds(25);

    /// <summary>How long nothing is sent after Stripe has refused the key. Then one call tries again.</summary>
    private static readonly TimeSpan KeyPause = TimeSpan.FromMinutes(5);

    /// <summary>How soon to come back when Stripe has turned a call away without saying when.</summary>
    private static readonly TimeSpan ShortPause = TimeSpan.FromSeconds(2);

    /// <summary>Sends what is ready.</summary>
    public async Task RunAsync(string organizationId, CancellationToken cancellationToken)
    {
        if (await leases.TakeAsync(organizationId, cancellationToken) is not { } lease)
        {
            return;
        }

        try
        {
            var run = new SenderRun(lease, time.GetUtcNow() + LongestRun);
            var next = await SendWhileLeasedAsync(run, cancellationToken);
            var isGroup = (await monitor.CurrentAsync(cancellationToken)).Mode == SyncMode.Batched;
            await leases.ReleaseAsync(lease, new RunEnd(new Wake(next ?? time.GetUtcNow(), isGroup), run.OldestLeft, IsEmpty: next is null && run.OldestLeft is null), cancellationToken);
        }
        catch (LeaseLostException)
        {
            // The other sender goes on from what is stored.
            Log.LeaseLost(logger, organizationId);
        }
        catch
        {
            // The queue delivers the message again, so none is sent here. The lease is given back, or that delivery would find it taken.
            await leases.ReleaseAsync(lease, new RunEnd(Next: null, IsBroken: true), CancellationToken.None);
            throw;
        }
    }

    /// <summary>Sends while the lease is being renewed. The renewal ends before the lease is given back, or it would take that for a loss.</summary>
    private async Task<DateTimeOffset?> SendWhileLeasedAsync(SenderRun run, CancellationToken cancellationToken)
    {
        using var running = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var keeping = leases.KeepAsync(run.Lease, running);
        try
        {
            return await SendAllAsync(run, running.Token);
        }
        finally
        {
            await running.CancelAsync();
            await keeping;
        }
    }

    /// <summary>Sends until nothing is ready.</summary>
    /// <returns>When to go on; null when nothing is left.</returns>
    private async Task<DateTimeOffset?> SendAllAsync(SenderRun run, CancellationToken cancellationToken)
    {
        while (!run.IsOver(time.GetUtcNow()))
        {
            var entries = await ledger.ListAsync(run.Lease.OrganizationId, UsageKeys.Outbox, after: null, cancellationToken)
                .Take(MaxEntries).Select(row => row.Read<OutboxEntry>()).ToListAsync(cancellationToken);
            if (entries.Count == 0)
            {
                await NoteLinesAsync(run, cancellationToken);
                return null;
            }

            var pause = await SendReadyAsync(run, entries, cancellationToken);
            run.OldestLeft = entries.Count == 0 ? null : entries.Min(entry => entry.QueuedAt);
            if (pause is not null)
            {
                return pause;
            }
        }

        return time.GetUtcNow();
    }

    /// <summary>Does what is ready of these entries.</summary>
    /// <returns>When to go on; null when the outbox is to be read again.</returns>
    private async Task<DateTimeOffset?> SendReadyAsync(SenderRun run, List<OutboxEntry> entries, CancellationToken cancellationToken)
    {
        for (var isFresh = true; !run.IsOver(time.GetUtcNow()); isFresh = false)
        {
            var (state, now) = (await monitor.CurrentAsync(cancellationToken), time.GetUtcNow());
            if (SyncRules.Earliest(state, now, options.Value) is var earliest && earliest > now)
            {
                return earliest;
            }

            var step = new SendPlan(state, options.Value, billing.Value.ClosesAt, now, run.MustCompare).Next(entries);
            if (step is null or SendStep.Wait)
            {
                return (step as SendStep.Wait)?.Until;
            }

            if (step is SendStep.Close && !isFresh)
            {
                // Entries may have come back into the outbox; the invoice is closed only on a fresh look.
                return null;
            }

            var result = await steps.DoAsync(run, step, cancellationToken);
            entries.RemoveAll(result.Done.Contains);
            if (await ActOnAsync(run, step, result, cancellationToken) is var pause && (pause is not null || result.Failure is not null))
            {
                return pause;
            }
        }

        return null;
    }

    /// <summary>Does with entries whose call has failed as the kind of the failure says.</summary>
    /// <returns>When to go on, if nothing is to be sent before that; else null.</returns>
    private async Task<DateTimeOffset?> ActOnAsync(SenderRun run, SendStep step, StepResult result, CancellationToken cancellationToken)
    {
        var (failed, failure) = (result.Failed, result.Failure);
        switch (failure?.Kind)
        {
            case null when step is SendStep.Report:
                return null;
            case null:
                await monitor.EndPauseAsync(cancellationToken);
                return null;
            case FailureKind.TurnedAway:
                return failure.RetryAt ?? time.GetUtcNow() + ShortPause;
            case FailureKind.KeyRefused:
                return await PauseAsync(failure.Reason, cancellationToken);
            case FailureKind.Refused when failure.Line is { } line && line < failed.Count:
                await recorder.FailedAsync(run.Lease, [failed[line]], failure, cancellationToken);
                return null;
            case FailureKind.Refused when failure.IsSplittable && failed.Count > 1:
                return await SplitAsync(run, failed, cancellationToken);
            default:
                await recorder.FailedAsync(run.Lease, failed, failure, cancellationToken);
                return null;
        }
    }

    private async Task<DateTimeOffset?> PauseAsync(string reason, CancellationToken cancellationToken)
    {
        var key = stripe.Value.ApiKey ?? "";
        var (until, end) = (time.GetUtcNow() + KeyPause, key[^Math.Min(4, key.Length)..]);
        Log.KeyRefused(logger, end, KeyPause, reason);
        await monitor.PauseAsync(until, $"The key that ends in {end}: {reason}", cancellationToken);
        return until;
    }

    /// <summary>Sends the halves of what was refused together, so that one line does not take the others with it.</summary>
    private async Task<DateTimeOffset?> SplitAsync(SenderRun run, IReadOnlyList<OutboxEntry> refused, CancellationToken cancellationToken)
    {
        foreach (var half in refused.Chunk((refused.Count + 1) / 2))
        {
            if (run.IsOver(time.GetUtcNow()))
            {
                return time.GetUtcNow();
            }

            var step = new SendStep.Lines(half[0].Change, half);
            if (await ActOnAsync(run, step, await steps.DoAsync(run, step, cancellationToken), cancellationToken) is { } pause)
            {
                return pause;
            }
        }

        return null;
    }

    /// <summary>What cannot be noted now is noted when the invoice is closed.</summary>
    private async Task NoteLinesAsync(SenderRun run, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var ((invoice, stripeInvoiceId), items) in run.Unnoted)
            {
                await notes.NoteAsync(run.Lease, invoice, stripeInvoiceId, items, cancellationToken);
            }
        }
        catch (Exception exception) when (CallFailure.From(exception, cancellationToken) is { } failure)
        {
            Log.NotNoted(logger, run.Lease.OrganizationId, failure.Reason);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The lease of the sender of {OrganizationId} has run out; another sender has taken over.")]
        public static partial void LeaseLost(ILogger logger, string organizationId);

        [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "Stripe refuses the key that ends in {Key}. Usage is not sent for {Pause}. {Reason}")]
        public static partial void KeyRefused(ILogger logger, string key, TimeSpan pause, string reason);

        [LoggerMessage(EventId = 3, Level = LogLevel.Information, Message = "The ids of {OrganizationId}'s lines could not be read from Stripe yet: {Reason}")]
        public static partial void NotNoted(ILogger logger, string organizationId, string reason);
    }
}
