using BillingFunctions.UsageBilling.Invoices;
using BillingFunctions.UsageBilling.Ledger;
using BillingFunctions.UsageBilling.Sync.Calls;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BillingFunctions.UsageBilling.Sync.Sending;

/// <summary>Adds lines to the drafts of an invoice.</summary>
public sealed partial class LineSender(
    UsageLedger ledger, DraftKeeper drafts, LineCalls lines, OutcomeRecorder recorder, IOptions<SyncOptions> options, ILogger<LineSender> logger)
{
    /// <summary>Adds the lines of entries that are alike, as far as the draft has room. What Stripe has already, because an answer was lost, is not added again.</summary>
    /// <param name="run">The sender.</param>
    /// <param name="entries">Of one invoice, and as often tried.</param>
    /// <param name="mayHaveArrived">Whether lines may be at Stripe without our knowing.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>The entries whose call has failed, and why; no failure when it went well.</returns>
    internal async Task<(IReadOnlyList<OutboxEntry> Entries, CallFailure? Failure)> AddAsync(
        SenderRun run, IReadOnlyList<OutboxEntry> entries, bool mayHaveArrived, CancellationToken cancellationToken)
    {
        var lease = run.Lease;
        var (sending, attempt, isAdding) = (entries, entries[0].CallKeyPart, false);
        try
        {
            var invoice = await drafts.EnsureAsync(lease, await InvoiceAsync(entries[0].InvoiceId, cancellationToken), mayHaveArrived, attempt, cancellationToken);
            if (mayHaveArrived)
            {
                (invoice, sending) = await CompleteArrivedAsync(lease, invoice, entries, cancellationToken);
                invoice = sending.Count == 0 ? invoice : await drafts.EnsureAsync(lease, invoice, mayExist: true, attempt, cancellationToken);
            }

            var draft = invoice.StripeInvoices[^1];
            sending = [.. sending.Take(options.Value.MaxLinesPerInvoice - draft.Lines)];
            if (sending.Count > 0)
            {
                isAdding = true;
                await AddAsync(run, draft, sending, attempt, cancellationToken);
            }

            return ([], null);
        }
        catch (Exception exception) when (CallFailure.From(exception, cancellationToken) is { } failure)
        {
            if (isAdding && failure.IsInvoiceEnded)
            {
                await drafts.EndAsync(lease, entries[0].InvoiceId, cancellationToken);
            }

            return (sending, isAdding ? failure : failure.OfNoLine);
        }
    }

    /// <summary>Looks which of these lines Stripe has, because a sender may have sent them and not noted it.</summary>
    /// <param name="run">The sender.</param>
    /// <param name="entries">All of one invoice of which Stripe has no line as far as is known.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    internal async Task<StepResult> CompareAsync(SenderRun run, IReadOnlyList<OutboxEntry> entries, CancellationToken cancellationToken)
    {
        try
        {
            var invoice = await InvoiceAsync(entries[0].InvoiceId, cancellationToken);
            if (entries.Any(entry => entry.Change == LineChange.Add))
            {
                invoice = await drafts.EnsureAsync(run.Lease, invoice, mayExist: true, entries[0].CallKeyPart, cancellationToken);
            }

            var (_, missing) = await CompleteArrivedAsync(run.Lease, invoice, entries, cancellationToken);
            run.MarkCompared(entries[0].InvoiceId);
            return new StepResult([.. entries.Except(missing)], [], null);
        }
        catch (Exception exception) when (CallFailure.From(exception, cancellationToken) is { } failure)
        {
            return new StepResult([], entries, failure.OfNoLine);
        }
    }

    /// <summary>Takes items out that were deleted before they were sent; one that a lost call has sent all the same is to be removed.</summary>
    /// <param name="lease">The sender's lease.</param>
    /// <param name="entries">Of one invoice.</param>
    /// <param name="mayHaveArrived">Whether lines may be at Stripe without our knowing.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    /// <returns>As <see cref="AddAsync(SenderRun, IReadOnlyList{OutboxEntry}, bool, CancellationToken)"/>.</returns>
    internal async Task<(IReadOnlyList<OutboxEntry> Entries, CallFailure? Failure)> DropAsync(
        SenderLease lease, IReadOnlyList<OutboxEntry> entries, bool mayHaveArrived, CancellationToken cancellationToken)
    {
        try
        {
            var missing = mayHaveArrived
                ? (await CompleteArrivedAsync(lease, await InvoiceAsync(entries[0].InvoiceId, cancellationToken), entries, cancellationToken)).Missing
                : entries;
            await recorder.DoneAsync(lease, [.. missing.Select(entry => (entry, (SentLine?)null))], invoice: null, cancellationToken);
            return ([], null);
        }
        catch (Exception exception) when (CallFailure.From(exception, cancellationToken) is { } failure)
        {
            return (entries, failure.OfNoLine);
        }
    }

    private async Task AddAsync(SenderRun run, StripeDraft draft, IReadOnlyList<OutboxEntry> sending, string attempt, CancellationToken cancellationToken)
    {
        var (shown, requestId) = await lines.AddAsync(draft.Id, [.. sending.Select(entry => entry.Item!)], attempt, cancellationToken);
        var done = sending.Select(entry => (entry, (SentLine?)new SentLine(draft.Id, shown.GetValueOrDefault(entry.Subject), entry.Item!.Line.Amount))).ToList();
        await recorder.DoneAsync(run.Lease, done, invoice => WithLines(invoice, draft.Id, draft.Lines + sending.Count), cancellationToken, requestId: requestId);
        run.RememberUnnoted(sending[0].InvoiceId, draft.Id, sending.Select(entry => entry.Subject).Where(item => !shown.ContainsKey(item)));
        Log.Added(logger, sending.Count, draft.Id, run.Lease.OrganizationId, sending[0].Subject);
    }

    /// <summary>Compares what is to be sent with what Stripe has, by the keys of the lines.</summary>
    /// <returns>The invoice with its lines counted anew, and the entries that Stripe has not.</returns>
    private async Task<(UsageInvoice Invoice, IReadOnlyList<OutboxEntry> Missing)> CompleteArrivedAsync(
        SenderLease lease, UsageInvoice invoice, IReadOnlyList<OutboxEntry> entries, CancellationToken cancellationToken)
    {
        var (found, counted) = (new Dictionary<string, SentLine>(), new List<StripeDraft>());
        foreach (var draft in invoice.StripeInvoices)
        {
            var listed = await lines.ListAllAsync(draft.Id, cancellationToken);
            counted.Add(draft with { Lines = listed.Count, LastLineId = listed.Count == 0 ? null : listed[^1].Id });
            foreach (var line in listed.Where(line => line.ItemId is not null))
            {
                found[line.ItemId!] = new SentLine(draft.Id, line.Id, line.Amount);
            }
        }

        var arrived = entries.Where(entry => found.ContainsKey(entry.Subject)).Select(entry => (entry, (SentLine?)found[entry.Subject])).ToList();
        await recorder.DoneAsync(lease, arrived, stored => stored with { StripeInvoices = counted }, cancellationToken, isFound: true);
        return (invoice with { StripeInvoices = counted }, [.. entries.Where(entry => !found.ContainsKey(entry.Subject))]);
    }

    private async Task<UsageInvoice> InvoiceAsync(InvoiceId id, CancellationToken cancellationToken) =>
        (await ledger.FindAsync(id.OrganizationId, UsageKeys.Of(id), cancellationToken))?.Read<UsageInvoice>() ?? throw new NotPossibleException($"There is no invoice {id}.");

    private static UsageInvoice WithLines(UsageInvoice invoice, string stripeInvoiceId, int count) => invoice with
    {
        StripeInvoices = [.. invoice.StripeInvoices.Select(draft => draft.Id == stripeInvoiceId ? draft with { Lines = count } : draft)],
    };

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Added {Count} lines to {StripeInvoiceId} of {OrganizationId}, from {Subject} on.")]
        public static partial void Added(ILogger logger, int count, string stripeInvoiceId, string organizationId, string subject);
    }
}
