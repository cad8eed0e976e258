using BillingFunctions.Platform;
using BillingFunctions.UsageBilling.Invoices;
using BillingFunctions.UsageBilling.Items;
using BillingFunctions.UsageBilling.Ledger;

namespace BillingFunctions.UsageBilling.Usage;

/// <summary>Adds up what an organization has used in a month, as it is at this moment.</summary>
public sealed class OrganizationUsage(UsageLedger ledger, TimeProvider time)
{
    internal async Task<UsageView> OfAsync(string organizationId, string period, CancellationToken cancellationToken)
    {
        var invoices = await ledger.ListAsync(organizationId, UsageKeys.Invoices, after: null, cancellationToken)
            .Select(row => row.Read<UsageInvoice>()).Where(invoice => invoice.Period == period).ToListAsync(cancellationToken);
        var items = new List<UsageItem>();
        foreach (var invoice in invoices)
        {
            items.AddRange(await ledger.ListAsync(organizationId, UsageKeys.ItemsOf(invoice.InvoiceId), after: null, cancellationToken)
                .Select(ItemRow.Read).Where(item => !item.IsDeleted).ToListAsync(cancellationToken));
        }

        return UsageView.From(organizationId, period, items, time.GetUtcNow());
    }
}

/// <summary>What an organization has used in a month.</summary>
/// <param name="OrganizationId">The organization.</param>
/// <param name="Period">The month, <c>yyyy-MM</c>.</param>
/// <param name="AsOf">The moment at which it was added up.</param>
/// <param name="Products">By product and currency.</param>
/// <param name="Synced">What Stripe has.</param>
/// <param name="Pending">What is on its way there.</param>
/// <param name="Failed">What was given up; see the failed jobs.</param>
public sealed record UsageView(string OrganizationId, string Period, DateTimeOffset AsOf, IReadOnlyList<ProductUsage> Products, UsagePart Synced, PendingUsage Pending, UsagePart Failed)
{
    internal static UsageView From(string organizationId, string period, IReadOnlyList<UsageItem> items, DateTimeOffset now)
    {
        var pending = items.Where(item => item.SyncStatus == SyncStatus.Pending).ToList();
        DateTimeOffset? oldest = pending.Count == 0 ? null : pending.Min(item => item.UpdatedAt);
        return new UsageView(
            organizationId, period, now,
            [.. items.GroupBy(item => (item.Line.Product, item.Currency)).OrderBy(group => group.Key.Product, StringComparer.Ordinal).Select(group => new ProductUsage(
                group.Key.Product, group.Key.Currency, group.Sum(item => item.Line.Amount), group.Sum(item => (decimal)(item.Line.Quantity ?? 0)), group.Count()))],
            UsagePart.From([.. items.Where(item => item.SyncStatus == SyncStatus.Synced)]),
            new PendingUsage(pending.Count, Sums.Of(pending), oldest is { } since ? (long)(now - since).TotalSeconds : null),
            UsagePart.From([.. items.Where(item => item.SyncStatus is SyncStatus.Discarded or SyncStatus.Canceled)]));
    }
}

/// <summary>The usage of a product in a currency.</summary>
/// <param name="Product">The product; null for items that name none.</param>
/// <param name="Currency">Three letters, lower case.</param>
/// <param name="Amount">In minor units.</param>
/// <param name="Quantity">How much was used, of the items that say; a whole number, which may be larger than 64 bits hold.</param>
/// <param name="Items">How many items.</param>
public sealed record ProductUsage(string? Product, string Currency, long Amount, decimal Quantity, int Items);

/// <summary>A part of the usage.</summary>
/// <param name="Items">How many items.</param>
/// <param name="Totals">What they amount to, by currency.</param>
public sealed record UsagePart(int Items, IReadOnlyList<Money> Totals)
{
    internal static UsagePart From(IReadOnlyList<UsageItem> items) => new(items.Count, Sums.Of(items));
}

/// <summary>The usage on its way to Stripe.</summary>
/// <param name="Items">How many items.</param>
/// <param name="Totals">What they amount to, by currency.</param>
/// <param name="OldestAgeSeconds">How long the oldest has waited; null when none waits.</param>
public sealed record PendingUsage(int Items, IReadOnlyList<Money> Totals, long? OldestAgeSeconds);

internal static class Sums
{
    public static IReadOnlyList<Money> Of(IEnumerable<UsageItem> items) =>
        [.. items.GroupBy(item => item.Currency).OrderBy(group => group.Key, StringComparer.Ordinal).Select(group => new Money(group.Sum(item => item.Line.Amount), group.Key))];
}
