using Azure;
using Azure.Data.Tables;
using BillingFunctions.UsageBilling.Invoices;
using BillingFunctions.UsageBilling.Items;
using BillingFunctions.UsageBilling.Sync;

namespace BillingFunctions.UsageBilling.Ledger;

/// <summary>
/// A change of an organization's rows while it is being made up. What it reads is as it was at one moment: else the change is not committed, and is made up anew.
/// </summary>
internal sealed class LedgerChange(UsageLedger ledger, string organizationId, LedgerState before, DateTimeOffset now)
{
    /// <summary>How many changes a head remembers.</summary>
    private const int RememberedChanges = 16;

    private readonly OrganizationHead _before = before.Head;

    /// <summary>How many rows fit into a transaction beside the head.</summary>
    public const int MaxRows = Platform.Storage.Transactions.MaxRows - 1;

    /// <summary>By row: what is written twice is written once, as it was last.</summary>
    private readonly OrderedDictionary<string, TableTransactionAction> _actions = [];

    public string OrganizationId => organizationId;

    /// <summary>Unlike that of any other change.</summary>
    public string Id { get; } = Guid.NewGuid().ToString("N")[..12];

    public DateTimeOffset Now => now;

    /// <summary>The head as it will be.</summary>
    public OrganizationHead Head { get; set; } = before.Head;

    /// <summary>When a message about the organization is to arrive in any case; else one is sent only for new entries.</summary>
    public Wake? Wake { get; set; }

    /// <summary>How many entries of the outbox it opens.</summary>
    public int Opened { get; private set; }

    /// <summary>How many it ends.</summary>
    public int Ended { get; private set; }

    public LedgerState State { get; private set; } = before;

    public IEnumerable<TableTransactionAction> Actions => _actions.Values;

    /// <summary>Whether there is anything to commit.</summary>
    public bool IsEmpty => _actions.Count == 0 && ReferenceEquals(Head, _before);

    /// <summary>The row that is stored; null when there is none.</summary>
    public Task<UsageRow?> FindAsync(string key, CancellationToken cancellationToken) => ledger.FindAsync(organizationId, key, cancellationToken);

    /// <summary>The invoice, which is read but once as long as nobody changes the organization.</summary>
    public async Task<UsageInvoice?> FindInvoiceAsync(InvoiceId id, CancellationToken cancellationToken)
    {
        if (State.Invoices.TryGetValue(id.Key, out var known))
        {
            return known;
        }

        var invoice = (await FindAsync(UsageKeys.Of(id), cancellationToken))?.Read<UsageInvoice>();
        if (invoice is not null)
        {
            State = State with { Invoices = State.Invoices.SetItem(id.Key, invoice) };
        }

        return invoice;
    }

    /// <summary>Adds an invoice, or writes over it.</summary>
    public UsageRow Write(UsageInvoice invoice)
    {
        State = State with { Invoices = State.Invoices.SetItem(invoice.InvoiceId.Key, invoice) };
        return Write(UsageKeys.Of(invoice.InvoiceId), invoice, invoice.Status.ToString());
    }

    /// <summary>Adds an item, or writes over it.</summary>
    public UsageRow Write(UsageItem item)
    {
        var row = Write(UsageKeys.Of(item.ItemId), item, item.SyncStatus.ToString());
        row.StripeId = item.Sent?.LineId;
        return row;
    }

    /// <summary>Notes the id of an item's line; the item must be there.</summary>
    public void NoteLine(ItemId item, string lineId) => _actions[UsageKeys.Of(item)] = new TableTransactionAction(
        TableTransactionActionType.UpdateMerge, new TableEntity(organizationId, UsageKeys.Of(item)) { [nameof(UsageRow.StripeId)] = lineId }, ETag.All);

    public void Delete(InvoiceId invoice)
    {
        State = State with { Invoices = State.Invoices.Remove(invoice.Key) };
        Delete(UsageKeys.Of(invoice));
    }

    public void Delete(ItemId item) => Delete(UsageKeys.Of(item));

    /// <summary>Adds an entry to the outbox.</summary>
    public void Open(OutboxEntry entry)
    {
        Opened++;
        Replace(entry);
    }

    /// <summary>Writes over an entry that is in the outbox.</summary>
    public void Replace(OutboxEntry entry) => Write(entry.Key, entry, entry.Kind.ToString());

    /// <summary>The head as it is to be written: with the entries counted, and the id of this change.</summary>
    public OrganizationHead NextHead()
    {
        var open = Math.Max(0, Head.Open + Opened - Ended);
        return Head with { Open = open, Oldest = open == 0 ? null : Head.Oldest ?? now, Changes = [.. Head.Changes.TakeLast(RememberedChanges - 1), Id] };
    }

    /// <summary>Says that a caller has changed an entry, so that a sender who has read it before looks again; even one whose lease has run out may still be at work.</summary>
    public void MarkEdited(OutboxEntry entry) => Head = Head.LeaseId is null ? Head : Head.WithEdited(entry.Key);

    /// <summary>Takes an entry out of the outbox.</summary>
    public void End(OutboxEntry entry)
    {
        Ended++;
        Delete(entry.Key);
    }

    private UsageRow Write<T>(string key, T value, string status)
    {
        var row = UsageRow.Of(organizationId, key, value, status);
        _actions[key] = new TableTransactionAction(TableTransactionActionType.UpsertReplace, row);
        return row;
    }

    private void Delete(string key) => _actions[key] = new TableTransactionAction(TableTransactionActionType.Delete, new TableEntity(organizationId, key), ETag.All);
}
