using System.Text.Json;
using BillingFunctions.Platform.Http;
using BillingFunctions.Testing.Builders;
using BillingFunctions.UsageBilling.Items;
using BillingFunctions.UsageBilling.Ledger;
using BillingFunctions.UsageBilling.Usage;

namespace BillingFunctions.Tests.UsageBilling.Usage;

public sealed class UsageViewTests
{
    [Fact]
    public void Of_Items_AreAddedUpByProductCurrencyAndState()
    {
        var sent = new SentLine("in_1", "il_1", 100);
        var view = From(
            UsageBuilder.Item(1, 100, sent), UsageBuilder.Item(2, -30), Change(UsageBuilder.Item(3, 7), "api"), UsageBuilder.Item(4, 5) with { Currency = "jpy" },
            UsageBuilder.Item(5, 9) with { SyncStatus = SyncStatus.Canceled });

        Assert.Equal([("api", "usd", 7, 1), ("storage", "jpy", 5, 1), ("storage", "usd", 79, 3)], view.Products.Select(product => (product.Product!, product.Currency, product.Amount, product.Items)).Order());
        Assert.Equal((1, 3, 1), (view.Synced.Items, view.Pending.Items, view.Failed.Items));
        Assert.Equal(60, view.Pending.OldestAgeSeconds);
    }

    [Fact]
    public void Of_QuantitiesBeyond64Bits_AreAWholeNumber()
    {
        var much = UsageBuilder.Item() with { Line = UsageBuilder.Item().Line with { Quantity = long.MaxValue } };

        var view = From(much, much);

        Assert.Contains("\"quantity\":18446744073709551614,", JsonSerializer.Serialize(view, ApiJson.Options), StringComparison.Ordinal);
    }

    [Fact]
    public void Of_Nothing_IsEmpty()
    {
        var view = From();

        Assert.Empty(view.Products);
        Assert.Equal((0, 0, 0, null), (view.Synced.Items, view.Pending.Items, view.Failed.Items, view.Pending.OldestAgeSeconds));
    }

    private static UsageItem Change(UsageItem item, string product) => item with { Line = item.Line with { Product = product } };

    private static UsageView From(params IReadOnlyList<UsageItem> items) => UsageView.From(UsageBuilder.OrganizationId, UsageBuilder.Period, items, UsageBuilder.Time.AddMinutes(1));
}
