using System.Text.Json;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.UsageBilling.Ledger;

/// <summary>A row of <c>Usage</c>: a record as JSON, and beside it what queries and readers of the table look for.</summary>
internal sealed class UsageRow : StoredRow
{
    public string Json { get; set; } = "";

    public string? Status { get; set; }

    /// <summary>The line's id at Stripe, of an item. Beside the record, so that it can be noted without reading that.</summary>
    public string? StripeId { get; set; }

    public static UsageRow Of<T>(string organizationId, string key, T value, string? status = null) =>
        new() { PartitionKey = organizationId, RowKey = key, Json = JsonSerializer.Serialize(value, StoredJson.Options), Status = status };

    public T Read<T>() => JsonSerializer.Deserialize<T>(Json, StoredJson.Options) ?? throw new InvalidDataException($"The row {PartitionKey} {RowKey} has no value.");
}

/// <summary>
/// The keys in <c>Usage</c>. A partition is an organization; in it are its invoices, the items of each, oldest first, what is to be sent to Stripe, oldest first, and
/// the head, which is changed with all of them.
/// </summary>
internal static class UsageKeys
{
    public const string Head = "head";

    public const string Invoices = "inv|";

    public const string Outbox = "outbox|";

    /// <summary>Before all items: none can be sent without a customer.</summary>
    public const string CustomerEntry = $"{Outbox}0customer";

    public static string Of(InvoiceId invoice) => $"{Invoices}{invoice.Key}";

    public static string Of(ItemId item) => $"{ItemsOf(item.Invoice)}{item.Key}";

    public static string ItemsOf(InvoiceId invoice) => $"item|{invoice.Key}|";

    public static string EntryOf(ItemId item) => $"{Outbox}{item.Key}|{item.Invoice.Key}";

    /// <summary>Behind all items: an invoice is closed when none is left.</summary>
    public static string CloseEntryOf(InvoiceId invoice) => $"{Outbox}zclose|{invoice.Key}";

    /// <summary>The key before which all that begin with a prefix are.</summary>
    public static string EndOf(string prefix) => $"{prefix[..^1]}{(char)(prefix[^1] + 1)}";
}
