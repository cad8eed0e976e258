using System.Globalization;
using BillingFunctions.Insight.Forecasts;
using BillingFunctions.Platform;
using BillingFunctions.Tests.Architecture;

namespace BillingFunctions.Tests.Insight.Forecasts;

public sealed class StoragePricesTests
{
    [Fact]
    public void Prices_OfOperations_AreThoseOfTheDocument()
    {
        var line = File.ReadLines(Path.Combine(Repository.Root, "docs", "cost.md")).Single(line => line.StartsWith("| Table operations; queue operations |", StringComparison.Ordinal));

        Assert.Contains(string.Create(CultureInfo.InvariantCulture, $"${StoragePrices.TableOperations}; ${StoragePrices.QueueOperations} a million"), line, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 0, 1)]
    [InlineData(2_560_000, 1_340_000, 63)]
    [InlineData(256_000_000, 134_000_000, 6_282)]
    public void CostOf_Operations_IsInCentsRoundedUp(double tables, double queues, long cents) => Assert.Equal(new Money(cents, "usd"), StoragePrices.CostOf(tables, queues));
}
