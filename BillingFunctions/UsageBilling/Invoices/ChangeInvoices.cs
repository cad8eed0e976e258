using BillingFunctions.Platform.Http;
using BillingFunctions.UsageBilling.Items;
using BillingFunctions.UsageBilling.Ledger;
using BillingFunctions.UsageBilling.Sync.Calls;
using Microsoft.AspNetCore.Http;

namespace BillingFunctions.UsageBilling.Invoices;

/// <summary>Adds, changes and deletes invoices.</summary>
public sealed class ChangeInvoices(UsageLedger ledger, InvoiceCalendar calendar, InvoiceCalls calls)
{
    /// <summary>Adds an invoice. Doing it again under the same id adds none.</summary>
    /// <returns>Its row; null when the organization has been deleted.</returns>
    internal async Task<UsageRow?> AddAsync(InvoiceId id, InvoiceFields fields, CancellationToken cancellationToken)
    {
        await calendar.AddAsync(id, fields.Period!, cancellationToken);
        return await ledger.ChangeAsync(
            id.OrganizationId,
            async change => change.Head.IsDeleted ? null : await change.FindAsync(UsageKeys.Of(id), cancellationToken) ?? change.Write(new UsageInvoice
            {
                Id = id.ToString(),
                Period = fields.Period!,
                Currency = fields.Currency!,
                DueDate = fields.DueDate,
                InvoicedAt = fields.InvoicedAt,
                CreatedAt = change.Now,
                UpdatedAt = change.Now,
            }),
            cancellationToken);
    }

    /// <summary>Changes an invoice.</summary>
    /// <param name="id">The invoice.</param>
    /// <param name="request">The request, whose <c>If-Match</c> counts.</param>
    /// <param name="read">Reads what is asked for, given the invoice.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    /// <returns>The row as written, or why nothing was.</returns>
    internal async Task<(UsageRow? Row, IResult? Refusal)> ReplaceAsync(
        InvoiceId id, HttpRequest request, Func<UsageInvoice, (InvoiceFields Fields, FieldErrors Errors)> read, CancellationToken cancellationToken)
    {
        var (row, refusal) = await WriteAsync(id, request, read, cancellationToken);
        if (row?.Read<UsageInvoice>() is { Status: UsageInvoiceStatus.Void } invoice)
        {
            // Its items were synced once and have been deleted since, so an empty draft may be left.
            await calls.DeleteDraftsAsync(invoice, cancellationToken);
        }

        return (row, refusal);
    }

    /// <summary>Deletes an invoice of which Stripe has no line, with the items that are not on their way.</summary>
    /// <returns>Why it was not deleted; null when it was.</returns>
    internal async Task<IResult?> DeleteAsync(InvoiceId id, HttpRequest request, CancellationToken cancellationToken)
    {
        var (invoice, refusal) = await ledger.ChangeAsync<(UsageInvoice?, IResult?)>(
            id.OrganizationId,
            async change =>
            {
                if (await change.FindAsync(UsageKeys.Of(id), cancellationToken) is not { } row)
                {
                    return (null, Problems.NotFound($"invoice {id}"));
                }

                if (EntityTag.Refusal(request, EntityTag.Of(row)) is { } stale)
                {
                    return (null, stale);
                }

                var (items, problem) = row.Read<UsageInvoice>().Status == UsageInvoiceStatus.Closed
                    ? ([], Problems.Conflict("The invoice is closed. What has been billed stays."))
                    : await DeletableAsync(change, id, cancellationToken);
                if (problem is null)
                {
                    items.ForEach(item => ItemChange.Delete(change, item));
                    change.Delete(id);
                }

                return (row.Read<UsageInvoice>(), problem);
            },
            cancellationToken);
        if (refusal is null && invoice is not null)
        {
            await calendar.RemoveAsync(id, invoice.Period, cancellationToken);
            await calls.DeleteDraftsAsync(invoice, cancellationToken);
        }

        return refusal;
    }

    private Task<(UsageRow? Row, IResult? Refusal)> WriteAsync(
        InvoiceId id, HttpRequest request, Func<UsageInvoice, (InvoiceFields Fields, FieldErrors Errors)> read, CancellationToken cancellationToken) => ledger.ChangeAsync<(UsageRow?, IResult?)>(
        id.OrganizationId,
        async change =>
        {
            if (await change.FindAsync(UsageKeys.Of(id), cancellationToken) is not { } row)
            {
                return (null, Problems.NotFound($"invoice {id}"));
            }

            var invoice = row.Read<UsageInvoice>();
            var (fields, errors) = read(invoice);
            if (errors.Any || EntityTag.Refusal(request, EntityTag.Of(row)) is not null)
            {
                return (null, errors.Any ? Problems.Unprocessable(errors) : EntityTag.Refusal(request, EntityTag.Of(row)));
            }

            if (invoice.Status is UsageInvoiceStatus.Closed or UsageInvoiceStatus.Closing or UsageInvoiceStatus.Void)
            {
                return (null, Problems.Conflict($"The invoice is {invoice.Status.ToString().ToLowerInvariant()}, and cannot be changed any more."));
            }

            if (fields.IsOpen && invoice.Status == UsageInvoiceStatus.Held)
            {
                return (null, Problems.Conflict($"The invoice is held and takes no more items. POST /api/invoices/{id}/close has its lines compared again."));
            }

            if (fields.IsVoid && await HasItemsAsync(id, cancellationToken))
            {
                return (null, Problems.Conflict("The invoice has items. Delete them first; then it can be void."));
            }

            return (change.Write(invoice with
            {
                DueDate = fields.DueDate,
                InvoicedAt = fields.InvoicedAt,
                Status = fields.IsVoid ? UsageInvoiceStatus.Void : invoice.Status,
                UpdatedAt = change.Now,
            }), null);
        },
        cancellationToken);

    private async Task<(List<UsageItem> Items, IResult? Refusal)> DeletableAsync(LedgerChange change, InvoiceId id, CancellationToken cancellationToken)
    {
        const int maxItems = (LedgerChange.MaxRows - 1) / 2;
        var items = await ledger.ListAsync(id.OrganizationId, UsageKeys.ItemsOf(id), after: null, cancellationToken).Take(maxItems + 1).Select(ItemRow.Read).ToListAsync(cancellationToken);
        var synced = items.Count(item => item.Sent is not null);
        return (items, synced > 0 ? Problems.Conflict($"The invoice has items that are synced to Stripe, {synced} of them among the first {items.Count}. Delete them first.")
            : items.Count > 0 && change.Head.LeaseId is not null ? Problems.Conflict("The invoice's items are being synced to Stripe at this moment. Try again in a minute.")
            : items.Count > maxItems ? Problems.Conflict($"The invoice has more than {maxItems} items. Delete them first.")
            : !await AreUntouchedAsync(change, items, cancellationToken) ? Problems.Conflict("The invoice has items of which Stripe may have lines. Delete them first.")
            : null);
    }

    private static async Task<bool> AreUntouchedAsync(LedgerChange change, List<UsageItem> items, CancellationToken cancellationToken)
    {
        foreach (var item in items)
        {
            if (!await ItemChange.IsUntouchedAsync(change, item, cancellationToken))
            {
                return false;
            }
        }

        return true;
    }

    private async Task<bool> HasItemsAsync(InvoiceId id, CancellationToken cancellationToken) =>
        await ledger.ListAsync(id.OrganizationId, UsageKeys.ItemsOf(id), after: null, cancellationToken).AnyAsync(cancellationToken);
}
