using BillingFunctions.Platform.Storage;
using BillingFunctions.UsageBilling.Invoices;
using BillingFunctions.UsageBilling.Ledger;
using Microsoft.Extensions.Options;

namespace BillingFunctions.UsageBilling.Items;

/// <summary>
/// Adds items: each with its entry in the outbox and the organization's head in one transaction. Items of an organization that come at the same time share one. Adding
/// an item again under the same key adds none.
/// </summary>
public sealed class AddItems
{
    /// <summary>An item and its entry; a late one may bring the next month's invoice too, and a note on its own.</summary>
    private const int RowsPerItem = 2;
    private const int RowsPerLateItem = 4;

    /// <summary>How many months' notes of late items an invoice keeps.</summary>
    private const int MaxNotes = 100;

    private readonly GroupCommit<string, NewItem, ItemOutcome> _groups;
    private readonly UsageLedger _ledger;
    private readonly InvoiceCalendar _calendar;
    private readonly UsageBillingOptions _options;

    public AddItems(UsageLedger ledger, InvoiceCalendar calendar, IOptions<UsageBillingOptions> options)
    {
        (_ledger, _calendar, _options) = (ledger, calendar, options.Value);
        _groups = new GroupCommit<string, NewItem, ItemOutcome>(Fits, CommitAsync);
    }

    /// <summary>Adds an item, together with others that come at the same time.</summary>
    internal Task<ItemOutcome> AddAsync(NewItem item) => _groups.AddAsync(item.Fields.Invoice!.Value.OrganizationId, item);

    private static int Fits(IReadOnlyList<NewItem> items)
    {
        var (rows, count) = (0, 0);
        while (count < items.Count && rows + RowsOf(items[count]) <= LedgerChange.MaxRows)
        {
            rows += RowsOf(items[count++]);
        }

        return count;

        static int RowsOf(NewItem item) => item.Fields.IsLateAllowed ? RowsPerLateItem : RowsPerItem;
    }

    private Task<IReadOnlyList<ItemOutcome>> CommitAsync(string organizationId, IReadOnlyList<NewItem> items) => _ledger.ChangeAsync<IReadOnlyList<ItemOutcome>>(
        organizationId,
        async change =>
        {
            var outcomes = new List<ItemOutcome>();
            foreach (var (item, added) in items.Zip(await Task.WhenAll(items.Select(item => FindAddedAsync(change, item)))))
            {
                outcomes.Add(await AddAsync(change, item, added));
            }

            return outcomes;
        },
        CancellationToken.None);

    private async Task<ItemOutcome> AddAsync(LedgerChange change, NewItem item, UsageRow? added)
    {
        var asked = item.Fields.Invoice!.Value;
        if (change.Head.IsDeleted || await change.FindInvoiceAsync(asked, CancellationToken.None) is not { } invoice)
        {
            return new ItemOutcome(null, new ItemRefusal("invoice", $"There is no invoice {asked}."));
        }

        // Before the rules: they may say something else now than when it was added.
        if (added is not null)
        {
            return new ItemOutcome(added, null);
        }

        if (ItemRules.Check(invoice, item.Fields, change.Now, _options) is not { } refusal)
        {
            return Write(change, item, invoice, note: null);
        }

        return refusal.IsLate && item.Fields.IsLateAllowed ? await AddLateAsync(change, item, invoice) : new ItemOutcome(null, refusal);
    }

    /// <summary>Adds an item to the next month's invoice, which is made if there is none, with a note on both.</summary>
    private async Task<ItemOutcome> AddLateAsync(LedgerChange change, NewItem item, UsageInvoice invoice)
    {
        var period = ItemRules.NextPeriod(item.Fields.Line.OccurredAt, change.Now, _options);
        var next = await FindAsync(change, invoice, period) ?? await MakeAsync(change, item, invoice, period);
        var month = Platform.BillingMonth.From(item.Fields.Line.OccurredAt);
        var outcome = Write(change, item, next, $"It occurred in {month} and came too late for that; it is billed with {period} as asked (late=next_period).");
        if (outcome.Row is not null && next.Id != invoice.Id && invoice.Notes.Count < MaxNotes)
        {
            change.Write(invoice with { Notes = [.. invoice.Notes, $"An item that occurred in {month} came late, and is billed with {period}: {outcome.Row.Read<UsageItem>().Id}."] });
        }

        return outcome;
    }

    private async Task<UsageInvoice?> FindAsync(LedgerChange change, UsageInvoice late, string period)
    {
        bool Takes(UsageInvoice invoice) => invoice.Period == period && invoice.Currency == late.Currency && invoice.Status == UsageInvoiceStatus.Open;

        return change.State.Invoices.Values.Where(Takes).MinBy(invoice => invoice.Id, StringComparer.Ordinal)
            ?? await _ledger.ListAsync(change.OrganizationId, UsageKeys.Invoices, after: null, CancellationToken.None).Select(row => row.Read<UsageInvoice>()).FirstOrDefaultAsync(Takes);
    }

    private async Task<UsageInvoice> MakeAsync(LedgerChange change, NewItem item, UsageInvoice late, string period)
    {
        var id = new InvoiceId(change.OrganizationId, UsageKey.Of(item.Key, $"{period}{late.Currency}"));
        await _calendar.AddAsync(id, period, CancellationToken.None);
        var made = new UsageInvoice { Id = id.ToString(), Period = period, Currency = late.Currency, CreatedAt = change.Now, UpdatedAt = change.Now };
        change.Write(made);
        return made;
    }

    /// <summary>The item that the same request has added before, be it, as a late one, to another invoice.</summary>
    private async Task<UsageRow?> FindAddedAsync(LedgerChange change, NewItem item)
    {
        if (!item.MayExist)
        {
            return null;
        }

        var asked = item.Fields.Invoice!.Value;
        if (await change.FindAsync(UsageKeys.Of(new ItemId(asked, item.Key)), CancellationToken.None) is { } added)
        {
            return added;
        }

        var others = item.Fields.IsLateAllowed ? _ledger.ListAsync(change.OrganizationId, UsageKeys.Invoices, after: null, CancellationToken.None) : AsyncEnumerable.Empty<UsageRow>();
        return await others.Select(async (row, _, _) => await change.FindAsync(UsageKeys.Of(new ItemId(row.Read<UsageInvoice>().InvoiceId, item.Key)), CancellationToken.None))
            .FirstOrDefaultAsync(row => row is not null);
    }

    private static ItemOutcome Write(LedgerChange change, NewItem item, UsageInvoice invoice, string? note)
    {
        var added = new UsageItem
        {
            Id = new ItemId(invoice.InvoiceId, item.Key).ToString(),
            Line = item.Fields.Line,
            Currency = invoice.Currency,
            Period = invoice.Period,
            Note = note,
            CreatedAt = change.Now,
            UpdatedAt = change.Now,
        };
        change.Open(added.ToEntry(change.Now));
        return new ItemOutcome(change.Write(added), null);
    }
}

/// <summary>An item to be added.</summary>
/// <param name="Key">Its key; the same when the same request is repeated.</param>
/// <param name="Fields">What it is.</param>
/// <param name="MayExist">Whether it may have been added before.</param>
internal sealed record NewItem(string Key, ItemFields Fields, bool MayExist);

/// <summary>What became of it.</summary>
/// <param name="Row">Its row; null when it was refused.</param>
/// <param name="Refusal">Why it was; null when it was not.</param>
internal sealed record ItemOutcome(UsageRow? Row, ItemRefusal? Refusal);
