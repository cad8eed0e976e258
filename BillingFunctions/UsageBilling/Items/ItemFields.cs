using System.Text.Json;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Http;

namespace BillingFunctions.UsageBilling.Items;

/// <summary>An invoice item as callers write it.</summary>
/// <param name="Invoice">The invoice it is to be on; null when it is not named.</param>
/// <param name="Line">What is on the line.</param>
/// <param name="Currency">Lower case; null when it is not named, and so the invoice's.</param>
/// <param name="IsLateAllowed">Whether it may be billed with the next month, when its own takes no more items.</param>
internal sealed record ItemFields(InvoiceId? Invoice, InvoiceLine Line, string? Currency, bool IsLateAllowed = false)
{
    /// <summary>The largest amount, in minor units. Stripe takes no more than eight digits for a line, and twelve of some accounts.</summary>
    public const long MaxAmount = 999_999_999_999;

    /// <summary>Names the invoice; as <see cref="InvoiceAlias"/> it is shown.</summary>
    public const string InvoiceField = "invoice";

    public const string InvoiceAlias = "invoice_id";

    private const string Wrapper = "invoice_item";
    private const int MaxText = 500;
    private const long MaxQuantity = 9_007_199_254_740_991;

    /// <summary>Reads a new item.</summary>
    /// <param name="body">The JSON.</param>
    /// <param name="now">When it occurred, if the body does not say.</param>
    /// <param name="batchInvoice">The invoice that a batch names for all its items.</param>
    public static (ItemFields Fields, FieldErrors Errors) ReadNew(JsonElement body, DateTimeOffset now, JsonElement? batchInvoice = null)
    {
        var fields = BodyFields.From(body, Wrapper);
        if (batchInvoice is { } all && !fields.Has(InvoiceAlias))
        {
            fields.Default(InvoiceField, all);
        }

        var (named, invoice) = InvoiceOf(fields);
        var read = Read(fields, new InvoiceLine(0, null, null, null, now), isPartial: false);
        fields.Require(named, invoice);
        var late = fields.Text("late", LateItems.NextPeriod.Length, LateItems.NextPeriod, text => text == LateItems.NextPeriod);
        fields.RefuseOthers();
        return (read with { Invoice = InvoiceId.Parse(invoice), IsLateAllowed = late is not null }, fields.Errors);
    }

    /// <summary>Reads a change.</summary>
    /// <param name="body">The JSON.</param>
    /// <param name="present">The item. Its invoice and currency may be named, but not changed.</param>
    /// <param name="isPartial">Whether what the body does not name stays.</param>
    public static (ItemFields Fields, FieldErrors Errors) ReadChange(JsonElement body, UsageItem present, bool isPartial)
    {
        var fields = BodyFields.From(body, Wrapper);
        if (InvoiceOf(fields) is (var named, { } invoice) && invoice != present.ItemId.Invoice.ToString())
        {
            fields.Errors.Add(named, $"It is {present.ItemId.Invoice}, and cannot be changed.");
        }

        var read = Read(fields, present.Line, isPartial);
        if (read.Currency is { } currency && currency != present.Currency)
        {
            fields.Errors.Add("currency", $"It is that of the invoice, {present.Currency}.");
        }

        fields.RefuseOthers();
        return (read, fields.Errors);
    }

    private static (string Name, string? Id) InvoiceOf(BodyFields fields)
    {
        var name = fields.OneOf(InvoiceField, InvoiceAlias);
        return (name, fields.Text(name, 255, "the id of an invoice (inv_…)", text => InvoiceId.Parse(text) is not null));
    }

    private static ItemFields Read(BodyFields fields, InvoiceLine present, bool isPartial)
    {
        var amount = fields.Whole("amount", -MaxAmount, MaxAmount);
        if (!isPartial || fields.Has("amount"))
        {
            fields.Require("amount", amount);
        }

        var line = new InvoiceLine(
            amount ?? present.Amount,
            Keep("description", fields.Text("description", MaxText), present.Description),
            Keep("product", fields.Text("product", 255), present.Product),
            Keep("quantity", fields.Whole("quantity", 0, MaxQuantity), present.Quantity),
            fields.Time("occurred_at") ?? present.OccurredAt);
        var currency = fields.Text("currency", 3, "the code of a currency, such as usd", text => Currencies.IsKnown(text.ToLowerInvariant()))?.ToLowerInvariant();
        return new ItemFields(null, line, currency);

        T? Keep<T>(string name, T? read, T? present) => isPartial && !fields.Has(name) ? present : read;
    }
}

/// <summary>An invoice item as <c>/api/invoice_items</c> shows it.</summary>
/// <param name="Id"><c>ii_…</c>.</param>
/// <param name="InvoiceId">The invoice it is on.</param>
/// <param name="OrganizationId">Whose it is.</param>
/// <param name="Amount">The total of the line in minor units of the currency, a whole number; negative for a credit.</param>
/// <param name="Currency">The invoice's, three lower-case letters.</param>
/// <param name="Quantity">How much was used; it does not enter the amount.</param>
/// <param name="Product">What the usage is of.</param>
/// <param name="Description">What the customer reads.</param>
/// <param name="OccurredAt">When; decides on the month.</param>
/// <param name="SyncStatus">How far it is on its way to Stripe.</param>
/// <param name="StripeId">The line at Stripe; null while there is none.</param>
/// <param name="StripeInvoiceId">The invoice at Stripe; null while there is none.</param>
/// <param name="Error">Why it was given up; null when it was not.</param>
/// <param name="Note">Why it is on another invoice than that of its month; null when it is not.</param>
/// <param name="CreatedAt">When it was added.</param>
/// <param name="UpdatedAt">When it was last changed.</param>
public sealed record UsageItemView(
    string Id, string InvoiceId, string OrganizationId, long Amount, string Currency, long? Quantity, string? Product, string? Description, DateTimeOffset OccurredAt,
    SyncStatus SyncStatus, string? StripeId, string? StripeInvoiceId, string? Error, string? Note, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt)
{
    internal static UsageItemView From(UsageItem item) => new(
        item.Id, item.ItemId.Invoice.ToString(), item.ItemId.Invoice.OrganizationId, item.Line.Amount, item.Currency, item.Line.Quantity, item.Line.Product, item.Line.Description,
        item.Line.OccurredAt, item.SyncStatus, item.Sent?.LineId, item.Sent?.StripeInvoiceId, item.Error, item.Note, item.CreatedAt, item.UpdatedAt);
}

// What the reader above takes, for the description of the API; a test compares the two.

/// <summary>A change of an item. May be wrapped in <c>invoice_item</c>.</summary>
internal record ItemBody
{
    /// <summary>The total of the line in minor units, a whole number; negative for a credit.</summary>
    public required long Amount { get; init; }

    /// <summary>The invoice's; may be named, but not be another.</summary>
    public string? Currency { get; init; }

    /// <summary>How much was used; for information, it does not enter the amount.</summary>
    public long? Quantity { get; init; }

    /// <summary>What the usage is of; totals are by it. At most 255 characters.</summary>
    public string? Product { get; init; }

    /// <summary>What the customer reads, at most 500 characters.</summary>
    public string? Description { get; init; }

    /// <summary>When; decides on the month. Now, if it is not given.</summary>
    public DateTimeOffset? OccurredAt { get; init; }
}

/// <summary>An item of a batch. May be wrapped in <c>invoice_item</c>.</summary>
internal record BatchItemBody : ItemBody
{
    /// <summary>The invoice it is to be on, if the batch names none; may be called <c>invoice_id</c> too.</summary>
    public string? Invoice { get; init; }

    /// <summary><c>next_period</c>: it is billed with the next month when its own takes no more items.</summary>
    public string? Late { get; init; }
}

/// <summary>A new item. May be wrapped in <c>invoice_item</c>, with <c>invoice</c> beside it.</summary>
internal sealed record NewItemBody : BatchItemBody
{
    /// <summary>The invoice it is to be on; may be called <c>invoice_id</c> too.</summary>
    public required new string Invoice { get; init; }
}
