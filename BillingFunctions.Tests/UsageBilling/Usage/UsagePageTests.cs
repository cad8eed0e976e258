using BillingFunctions.Platform;
using BillingFunctions.UsageBilling.Usage;

namespace BillingFunctions.Tests.UsageBilling.Usage;

public sealed class UsagePageTests
{
    [Fact]
    public void Of_NamesOfCallers_AreEscapedAndAmountsAreForPeople()
    {
        var usage = new UsageView(
            "org_1", "2026-10", new DateTimeOffset(2026, 10, 15, 12, 0, 0, TimeSpan.Zero),
            [new ProductUsage("<script>", "jpy", 1234, 12_000, 3), new ProductUsage(null, "usd", -50, 0, 1)],
            new UsagePart(3, [new Money(1234, "jpy")]), new PendingUsage(1, [], 5), new UsagePart(0, []));

        var page = UsagePage.Of("A & B", usage);

        Assert.Contains("A &amp; B: usage in 2026-10", page, StringComparison.Ordinal);
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
        Assert.Contains("1,234 JPY", page, StringComparison.Ordinal);
        Assert.Contains("-0.50 USD", page, StringComparison.Ordinal);
        Assert.Contains("12,000", page, StringComparison.Ordinal);
        Assert.DoesNotContain("<script", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_NothingUsed_SaysSo()
    {
        var page = UsagePage.Of("Acme", new UsageView("org_1", "2026-10", DateTimeOffset.UnixEpoch, [], new UsagePart(0, []), new PendingUsage(0, [], null), new UsagePart(0, [])));

        Assert.Contains("Nothing was used in this month.", page, StringComparison.Ordinal);
    }
}
