using BillingFunctions.UsageBilling.Invoices;
using BillingFunctions.UsageBilling.Items;
using BillingFunctions.UsageBilling.Ledger;
using BillingFunctions.UsageBilling.Sync.Calls;
using BillingFunctions.UsageBilling.Sync.Sending;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace BillingFunctions.UsageBilling.Sync.Closing;

/// <summary>
/// Closes an invoice of which nothing is left to send: compares its lines at Stripe with its items, then finalises it as configured, or holds it for a person. Run again
/// after a crash it compares again, and leaves alone what is no draft any more.
/// </summary>
public sealed partial class InvoiceCloser(
    UsageLedger ledger, LineCalls lines, InvoiceCalls invoices, LineNotes notes, FailedJobReports reports, IOptions<SyncOptions> options, ILogger<InvoiceCloser> logger)
{
    /// <summary>How many differences are kept with the invoice; the failed job says how many there are.</summary>
    private const int MaxDifferences = 50;

    /// <returns>Why a call has failed; null when the invoice is closed or held.</returns>
    internal async Task<CallFailure?> CloseAsync(SenderLease lease, OutboxEntry entry, CancellationToken cancellationToken)
    {
        try
        {
            if ((await ledger.FindAsync(lease.OrganizationId, UsageKeys.Of(entry.InvoiceId), cancellationToken))?.Read<UsageInvoice>() is not { } invoice)
            {
                await EndAsync(lease, entry, stored => stored, cancellationToken);
                return null;
            }

            var proof = await ProveAsync(lease, invoice, cancellationToken);
            await (proof.Difference.Count == 0 ? FinalizeAsync(lease, entry, invoice, proof, cancellationToken) : HoldAsync(lease, entry, invoice, proof, cancellationToken));
            return null;
        }
        catch (Exception exception) when (CallFailure.From(exception, cancellationToken) is { } failure)
        {
            return failure;
        }
    }

    private async Task<InvoiceProof> ProveAsync(SenderLease lease, UsageInvoice invoice, CancellationToken cancellationToken)
    {
        var listed = new List<StripeLine>();
        foreach (var draft in invoice.StripeInvoices)
        {
            listed.AddRange(await lines.ListAllAsync(draft.Id, cancellationToken));
        }

        var items = await ledger.ListAsync(lease.OrganizationId, UsageKeys.ItemsOf(invoice.InvoiceId), after: null, cancellationToken).Select(ItemRow.Read).ToListAsync(cancellationToken);
        await NoteAsync(lease, invoice, items, listed, cancellationToken);
        return InvoiceProof.From(items, listed, invoice.Currency);
    }

    /// <summary>Notes the lines' ids that a crash has left unnoted.</summary>
    private async Task NoteAsync(SenderLease lease, UsageInvoice invoice, IReadOnlyList<UsageItem> items, IReadOnlyList<StripeLine> listed, CancellationToken cancellationToken)
    {
        var unnoted = items.Where(item => item.Sent is { LineId: null }).Select(item => item.Id).ToHashSet();
        var found = listed.Where(line => line.ItemId is not null && unnoted.Contains(line.ItemId)).DistinctBy(line => line.ItemId).ToDictionary(line => line.ItemId!, line => line.Id);
        if (found.Count > 0)
        {
            await notes.WriteAsync(lease, invoice.InvoiceId, found, invoice.StripeInvoices[^1], cancellationToken);
        }
    }

    private async Task FinalizeAsync(SenderLease lease, OutboxEntry entry, UsageInvoice invoice, InvoiceProof proof, CancellationToken cancellationToken)
    {
        var (finalization, attempt) = (options.Value.Finalization, entry.CallKeyPart);
        foreach (var draft in finalization == Finalization.Draft ? [] : invoice.StripeInvoices)
        {
            // It may be final already: by hand, or by a call of ours whose answer was lost.
            if (await invoices.StatusOfAsync(draft.Id, cancellationToken) == "draft")
            {
                if (invoice.DueDate is { } due)
                {
                    await invoices.SetDueDateAsync(draft.Id, due, cancellationToken);
                }

                await invoices.FinalizeAsync(draft.Id, finalization, attempt, cancellationToken);
            }
        }

        IReadOnlyList<string> foreign = proof.Foreign == 0 ? [] : [$"At its close Stripe had {proof.Foreign} other lines, of {proof.ForeignAmount} {invoice.Currency} in minor units."];
        await EndAsync(
            lease, entry,
            stored => stored with { Status = UsageInvoiceStatus.Closed, Difference = [], InvoicedAt = stored.InvoicedAt ?? stored.UpdatedAt, Notes = [.. stored.Notes, .. foreign] },
            cancellationToken);
        await reports.RemoveAsync(invoice.Id, cancellationToken);
        Log.Closed(logger, invoice.Id, invoice.StripeInvoices.Count, finalization);
    }

    private async Task HoldAsync(SenderLease lease, OutboxEntry entry, UsageInvoice invoice, InvoiceProof proof, CancellationToken cancellationToken)
    {
        // The job first: an invoice that is held and not reported would be forgotten.
        var error = $"held: {proof.Difference.Count} lines at Stripe differ.\n{string.Join("\n", proof.Difference.Take(MaxDifferences))}";
        await reports.AddAsync(lease.OrganizationId, invoice.Id, error, entry.Attempts.Count + 1, cancellationToken);
        await EndAsync(lease, entry, stored => stored with { Status = UsageInvoiceStatus.Held, Difference = [.. proof.Difference.Take(MaxDifferences).Select(difference => difference.ToString())] }, cancellationToken);
        Log.Held(logger, invoice.Id, proof.Difference.Count);
    }

    private Task<bool> EndAsync(SenderLease lease, OutboxEntry entry, Func<UsageInvoice, UsageInvoice> next, CancellationToken cancellationToken) => ledger.ChangeAsync(
        lease.OrganizationId,
        async change =>
        {
            SenderLeases.Renew(change, lease);
            change.End(entry);
            if (await change.FindInvoiceAsync(entry.InvoiceId, cancellationToken) is { } stored)
            {
                change.Write(next(stored with { UpdatedAt = change.Now }));
            }

            return true;
        },
        cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "The lines of {InvoiceId} are equal to Stripe's; {Count} invoices at Stripe, {Finalization}.")]
        public static partial void Closed(ILogger logger, string invoiceId, int count, Finalization finalization);

        [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "{InvoiceId} is held: {Count} lines at Stripe differ.")]
        public static partial void Held(ILogger logger, string invoiceId, int count);
    }
}
