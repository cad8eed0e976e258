using System.Globalization;
using Azure.Data.Tables;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Shadow;
using BillingFunctions.Platform.Storage;
using BillingFunctions.UsageBilling.Invoices;
using BillingFunctions.UsageBilling.Items;
using BillingFunctions.UsageBilling.Organizations;

namespace BillingFunctions.UsageBilling.Sync.Calls;

/// <summary>
/// What the calls do in shadow mode instead of calling Stripe. Each is recorded, and what Stripe would have of an invoice is kept in <c>ShadowInvoices</c>, so that lines are compared and an
/// invoice is proved as they are with Stripe: the partition is the draft, with the row <c>invoice</c> and a row for each line.
/// </summary>
public sealed class ShadowCalls(ShadowMode shadow, TableServiceClient tables)
{
    public const string Table = "ShadowInvoices";

    private const string InvoiceRow = "invoice";
    private const string Draft = "draft";

    private readonly TableClient _table = tables.GetTableClient(Table);

    /// <summary>Whether the calls are these.</summary>
    internal bool AreOn => shadow.IsOn;

    /// <summary>Creates an organization's customer.</summary>
    /// <returns>Its id, which is the same each time.</returns>
    internal async Task<string> CreateCustomerAsync(Organization organization, string key, CancellationToken cancellationToken)
    {
        var id = ShadowId.Of("cus", organization.Id);
        await RecordAsync(new(ShadowKind.Stripe, ShadowOperation.CreateCustomer, organization.Id, key) { Target = id, Detail = organization.Name }, cancellationToken);
        return id;
    }

    /// <summary>Gives a customer the organization's name and address.</summary>
    internal Task UpdateCustomerAsync(Organization organization, CancellationToken cancellationToken)
    {
        var key = IdempotencyKeys.Of("customer-update", "", new { organization.Id, organization.Name, organization.Email, organization.UpdatedAt });
        return RecordAsync(new(ShadowKind.Stripe, ShadowOperation.UpdateCustomer, organization.Id, key) { Target = organization.StripeCustomerId, Detail = organization.Name }, cancellationToken);
    }

    /// <summary>Begins a draft.</summary>
    /// <returns>Its id, which is the same each time.</returns>
    internal async Task<string> CreateInvoiceAsync(UsageInvoice invoice, string part, string key, CancellationToken cancellationToken)
    {
        var id = IdOf(invoice, part);
        await RecordAsync(new(ShadowKind.Stripe, ShadowOperation.CreateInvoice, invoice.Id, key) { Month = invoice.Period, Target = id, Detail = $"Draft {part} in {invoice.Currency}" }, cancellationToken);
        var row = new TableEntity(id, InvoiceRow) { ["InvoiceId"] = invoice.Id, ["Period"] = invoice.Period, ["Currency"] = invoice.Currency, ["Status"] = Draft };

        // A draft that was begun before stays as it is.
        await _table.TryWriteAsync(row, replaces: default, cancellationToken);
        return id;
    }

    /// <summary>The draft that was begun already; null when none was.</summary>
    internal async Task<string?> FindInvoiceAsync(UsageInvoice invoice, string part, CancellationToken cancellationToken) =>
        await StatusOfAsync(IdOf(invoice, part), cancellationToken) is null ? null : IdOf(invoice, part);

    /// <inheritdoc cref="InvoiceCalls.StatusOfAsync"/>
    internal async Task<string?> StatusOfAsync(string id, CancellationToken cancellationToken) =>
        (await _table.FindAsync<TableEntity>(id, InvoiceRow, cancellationToken))?.GetString("Status");

    /// <summary>Sets when a draft is to be paid.</summary>
    internal Task SetDueDateAsync(string id, DateTimeOffset due, CancellationToken cancellationToken) =>
        RecordInvoiceAsync(ShadowOperation.UpdateInvoice, id, IdempotencyKeys.Of("due", "", new { id, due }), $"Due {due.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}", cancellationToken);

    /// <summary>Finalises a draft.</summary>
    internal async Task FinalizeAsync(string id, Finalization finalization, string key, CancellationToken cancellationToken)
    {
        var operation = finalization == Finalization.Send ? ShadowOperation.SendInvoice : ShadowOperation.FinalizeInvoice;
        await RecordInvoiceAsync(operation, id, key, detail: null, cancellationToken);
        await _table.UpsertEntityAsync(new TableEntity(id, InvoiceRow) { ["Status"] = "open" }, TableUpdateMode.Merge, cancellationToken);
    }

    /// <summary>Deletes a draft with its lines.</summary>
    internal async Task DeleteInvoiceAsync(string id, CancellationToken cancellationToken)
    {
        if (await StatusOfAsync(id, cancellationToken) == Draft)
        {
            await RecordInvoiceAsync(ShadowOperation.DeleteInvoice, id, IdempotencyKeys.Of("delete", "", id), detail: null, cancellationToken);
            await _table.RemoveAsync(_table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {id}"), cancellationToken: cancellationToken), cancellationToken);
        }
    }

    /// <summary>Adds lines.</summary>
    /// <returns>The ids of all of them, by the item's id.</returns>
    internal async Task<IReadOnlyDictionary<string, string>> AddLinesAsync(string id, IReadOnlyList<UsageItem> items, string key, CancellationToken cancellationToken)
    {
        await WriteLinesAsync(ShadowOperation.AddLines, id, items, key, cancellationToken);
        return items.ToDictionary(item => item.Id, item => LineIdOf(item.Id));
    }

    /// <summary>Gives lines other amounts and texts.</summary>
    internal Task UpdateLinesAsync(string id, IReadOnlyList<UsageItem> items, string key, CancellationToken cancellationToken) =>
        WriteLinesAsync(ShadowOperation.UpdateLines, id, items, key, cancellationToken);

    /// <summary>Removes lines.</summary>
    internal async Task RemoveLinesAsync(string id, IReadOnlyList<string> lineIds, string key, CancellationToken cancellationToken)
    {
        var removed = lineIds.ToHashSet();
        var lines = await ListLinesAsync(id, after: null, cancellationToken).Where(line => removed.Contains(line.Id)).ToListAsync(cancellationToken);
        await RecordAllAsync(
            lines.Select(line => new ShadowAction(ShadowKind.Stripe, ShadowOperation.RemoveLines, line.ItemId!, key) { Amount = new Money(line.Amount, line.Currency), Target = id }), cancellationToken);
        var rows = lines.Select(line => new TableEntity(id, line.Id) { ETag = Azure.ETag.All }).ToAsyncEnumerable();
        await _table.RemoveAsync(rows, cancellationToken);
    }

    /// <inheritdoc cref="LineCalls.ListAsync"/>
    internal IAsyncEnumerable<StripeLine> ListLinesAsync(string id, string? after, CancellationToken cancellationToken) => _table
        .QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {id} and RowKey gt {after ?? InvoiceRow}"), cancellationToken: cancellationToken)
        .Select(row => new StripeLine(row.RowKey, row.GetString("ItemId"), row.GetInt64("Amount")!.Value, row.GetString("Currency")));

    /// <summary>Credits part of an item's line.</summary>
    internal Task CreditAsync(UsageItem item, long amount, string key, CancellationToken cancellationToken) => RecordAsync(
        new(ShadowKind.Stripe, ShadowOperation.CreateCreditNote, item.Id, key) { Amount = new Money(amount, item.Currency), Month = item.Period, Target = item.Sent!.StripeInvoiceId }, cancellationToken);

    private static string IdOf(UsageInvoice invoice, string part) => ShadowId.Of("in", $"{invoice.Id}|{part}");

    /// <summary>Sorts behind the row of the invoice.</summary>
    private static string LineIdOf(string itemId) => ShadowId.Of("il", itemId);

    private async Task WriteLinesAsync(ShadowOperation operation, string id, IReadOnlyList<UsageItem> items, string key, CancellationToken cancellationToken)
    {
        await RecordAllAsync(
            items.Select(item => new ShadowAction(ShadowKind.Stripe, operation, item.Id, key)
            {
                Amount = new Money(item.Line.Amount, item.Currency),
                Month = item.Period,
                Target = id,
                Detail = item.Line.Description ?? item.Line.Product,
            }),
            cancellationToken);
        foreach (var piece in items.Select(item => new TableEntity(id, LineIdOf(item.Id)) { ["ItemId"] = item.Id, ["Amount"] = item.Line.Amount, ["Currency"] = item.Currency }).Chunk(Transactions.MaxRows))
        {
            await _table.SubmitTransactionAsync(piece.Select(row => new TableTransactionAction(TableTransactionActionType.UpsertReplace, row)), cancellationToken);
        }
    }

    /// <summary>Records something about a whole invoice, with the sum of its lines.</summary>
    private async Task RecordInvoiceAsync(ShadowOperation operation, string id, string key, string? detail, CancellationToken cancellationToken)
    {
        var row = await _table.FindAsync<TableEntity>(id, InvoiceRow, cancellationToken) ?? throw new NotPossibleException($"There is no invoice {id} of shadow mode.");
        var sum = await ListLinesAsync(id, after: null, cancellationToken).Select(line => line.Amount).SumAsync(cancellationToken);
        await RecordAsync(
            new(ShadowKind.Stripe, operation, row.GetString("InvoiceId"), key) { Amount = new Money(sum, row.GetString("Currency")), Month = row.GetString("Period"), Target = id, Detail = detail }, cancellationToken);
    }

    private Task RecordAsync(ShadowAction action, CancellationToken cancellationToken) => shadow.RecordAsync(cancellationToken, action);

    private Task RecordAllAsync(IEnumerable<ShadowAction> actions, CancellationToken cancellationToken) => shadow.RecordAsync(cancellationToken, actions);
}
