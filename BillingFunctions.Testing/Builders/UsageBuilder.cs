using BillingFunctions.UsageBilling;
using BillingFunctions.UsageBilling.Invoices;
using BillingFunctions.UsageBilling.Items;
using BillingFunctions.UsageBilling.Ledger;

namespace BillingFunctions.Testing.Builders;

/// <summary>An organization's invoices, items and entries of the outbox, as they are stored.</summary>
internal static class UsageBuilder
{
    public const string OrganizationId = "org_0123456789abcdef00000001";

    /// <summary>The middle of <see cref="Period"/>.</summary>
    public static readonly DateTimeOffset Time = new(2026, 3, 15, 12, 0, 0, TimeSpan.Zero);

    public const string Period = "2026-03";

    public static InvoiceId InvoiceId(int number = 1) => new(OrganizationId, $"{number:x24}");

    public static UsageInvoice Invoice(UsageInvoiceStatus status = UsageInvoiceStatus.Open, string period = Period, string currency = "usd") => new()
    {
        Id = InvoiceId().ToString(),
        Period = period,
        Currency = currency,
        Status = status,
        CreatedAt = Time,
        UpdatedAt = Time,
    };

    /// <param name="number">Which item; items sort by it.</param>
    /// <param name="amount">In minor units.</param>
    /// <param name="sent">What Stripe has of it.</param>
    /// <param name="invoice">Which invoice it is on.</param>
    public static UsageItem Item(int number = 1, long amount = 100, SentLine? sent = null, int invoice = 1) => new()
    {
        Id = new ItemId(InvoiceId(invoice), $"{number:x24}").ToString(),
        Line = new InvoiceLine(amount, "usage", "storage", null, Time),
        Currency = "usd",
        Period = Period,
        Sent = sent,
        SyncStatus = sent is null ? SyncStatus.Pending : SyncStatus.Synced,
        CreatedAt = Time,
        UpdatedAt = Time,
    };

    /// <summary>The entry of an item.</summary>
    public static OutboxEntry Entry(UsageItem item, DateTimeOffset? queuedAt = null, int attempts = 0, DateTimeOffset? notBefore = null) => item.ToEntry(queuedAt ?? Time) with
    {
        Attempts = [.. Enumerable.Range(1, attempts).Select(_ => new FailedAttempt(Time, "Stripe did not answer in time."))],
        NotBefore = notBefore,
    };

    public static OutboxEntry CustomerEntry() => new() { Kind = OutboxKind.Customer, Subject = OrganizationId, QueuedAt = Time };

    public static OutboxEntry CloseEntry(int invoice = 1) => new() { Kind = OutboxKind.Close, Subject = InvoiceId(invoice).ToString(), QueuedAt = Time };
}
