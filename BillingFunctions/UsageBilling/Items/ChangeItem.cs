using System.Text.Json;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Http;
using BillingFunctions.UsageBilling.Invoices;
using BillingFunctions.UsageBilling.Ledger;
using BillingFunctions.UsageBilling.Sync;
using BillingFunctions.UsageBilling.Sync.Sending;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;

namespace BillingFunctions.UsageBilling.Items;

/// <summary>Changes and deletes items. What Stripe has already is changed there, or removed, or credited when its invoice is final.</summary>
public sealed class ChangeItem(UsageLedger ledger, FailedJobReports reports, IOptions<SyncOptions> options)
{
    /// <summary>Changes an item.</summary>
    /// <returns>Its row as written, or why nothing was.</returns>
    internal async Task<(UsageRow? Row, IResult? Refusal)> ReplaceAsync(ItemId id, HttpRequest request, JsonElement body, CancellationToken cancellationToken)
    {
        var (row, wasGivenUp, refusal) = await ledger.ChangeAsync<(UsageRow?, bool, IResult?)>(
            id.Invoice.OrganizationId,
            async change =>
            {
                if (await FindAsync(change, id, cancellationToken) is not (var stored, var item, var invoice))
                {
                    return (null, false, NotFound(id));
                }

                var (fields, errors) = ItemFields.ReadChange(body, item, HttpMethods.IsPatch(request.Method));
                if (BillingMonth.From(fields.Line.OccurredAt) != BillingMonth.From(item.Line.OccurredAt))
                {
                    errors.Add("occurred_at", $"It must stay in {BillingMonth.From(item.Line.OccurredAt)}: the invoice is for {invoice.Period}.");
                }

                var problem = errors.Any ? Problems.Unprocessable(errors) : EntityTag.Refusal(request, EntityTag.Of(stored)) ?? Refusal(invoice, item, fields.Line.Amount);
                if (problem is not null || fields.Line == item.Line)
                {
                    return (stored, false, problem);
                }

                var wasGivenUp = IsGivenUp(item);
                var next = item with { Line = fields.Line, SyncStatus = SyncStatus.Pending, Error = null, UpdatedAt = change.Now };
                await ItemChange.QueueAsync(change, next, wasGivenUp, cancellationToken);
                return (change.Write(next), wasGivenUp, null);
            },
            cancellationToken);
        await ForgetJobAsync(id, wasGivenUp, cancellationToken);
        return (row, refusal);
    }

    /// <summary>Deletes an item; when Stripe has a line of it, or may have, that is taken back by the sync.</summary>
    /// <returns>Why it was not deleted; null when it was.</returns>
    internal async Task<IResult?> DeleteAsync(ItemId id, HttpRequest request, CancellationToken cancellationToken)
    {
        var (wasGivenUp, refusal) = await ledger.ChangeAsync<(bool, IResult?)>(
            id.Invoice.OrganizationId,
            async change =>
            {
                if (await FindAsync(change, id, cancellationToken) is not (var stored, var item, var invoice))
                {
                    return (false, NotFound(id));
                }

                if ((EntityTag.Refusal(request, EntityTag.Of(stored)) ?? Refusal(invoice, item, isToHave: 0)) is { } problem)
                {
                    return (false, problem);
                }

                var deleted = item with { IsDeleted = true, SyncStatus = SyncStatus.Pending, Error = null, UpdatedAt = change.Now };
                if (await ItemChange.IsUntouchedAsync(change, item, cancellationToken))
                {
                    ItemChange.Delete(change, deleted);
                }
                else
                {
                    change.Write(deleted);
                    await ItemChange.QueueAsync(change, deleted, IsGivenUp(item), cancellationToken);
                }

                return (IsGivenUp(item), null);
            },
            cancellationToken);
        await ForgetJobAsync(id, wasGivenUp, cancellationToken);
        return refusal;
    }

    private static async Task<(UsageRow Row, UsageItem Item, UsageInvoice Invoice)?> FindAsync(LedgerChange change, ItemId id, CancellationToken cancellationToken) =>
        await change.FindAsync(UsageKeys.Of(id), cancellationToken) is { } row && ItemRow.Read(row) is { IsDeleted: false } item
        && await change.FindInvoiceAsync(id.Invoice, cancellationToken) is { } invoice
            ? (row, item, invoice)
            : null;

    /// <summary>While an invoice is being closed its lines are compared. On one that is final, more cannot be asked for.</summary>
    private IResult? Refusal(UsageInvoice invoice, UsageItem item, long isToHave) => invoice.Status switch
    {
        UsageInvoiceStatus.Closing => Problems.Conflict("The invoice is being closed. Try again when it is closed or held."),
        UsageInvoiceStatus.Void => Problems.Conflict("The invoice is void."),
        UsageInvoiceStatus.Closed when options.Value.Finalization != Finalization.Draft && isToHave > item.Line.Amount =>
            Problems.Conflict("The invoice is final at Stripe: its items can be reduced, which is credited, but not increased. Add an item to a later invoice."),
        _ => null,
    };

    private Task ForgetJobAsync(ItemId id, bool wasGivenUp, CancellationToken cancellationToken) =>
        wasGivenUp ? reports.RemoveAsync(id.ToString(), cancellationToken) : Task.CompletedTask;

    private static bool IsGivenUp(UsageItem item) => item.SyncStatus is SyncStatus.Discarded or SyncStatus.Canceled;

    private static IResult NotFound(ItemId id) => Problems.NotFound($"invoice item {id}");
}
