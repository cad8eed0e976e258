using BillingFunctions.Insight.Shadow.Comparisons;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Shadow;

namespace BillingFunctions.Tests.Insight.Shadow.Comparisons;

public sealed class ActionPairsTests
{
    [Theory]
    [InlineData(1200L, "usd", "2026-10", ComparisonResult.Same)]
    [InlineData(1200L, null, null, ComparisonResult.Same)]
    [InlineData(null, null, "2026-10", ComparisonResult.Same)]
    [InlineData(1300L, "usd", "2026-10", ComparisonResult.AmountDiffers)]
    [InlineData(1200L, "eur", "2026-10", ComparisonResult.AmountDiffers)]
    public void Pair_OneOfEach_IsAsTheFileSays(long? amount, string? currency, string? month, ComparisonResult result)
    {
        var pair = Assert.Single(Pair([Mail("42", 1200)], [Row(2, "42", amount, currency, month)]));

        Assert.Equal(result, pair.Result);
    }

    [Fact]
    public void Pair_OfAnotherMonth_IsNoPair() =>
        Assert.Equal([ComparisonResult.OnlyHere, ComparisonResult.OnlyThere], Pair([Mail("42", 1200)], [Row(2, "42", 1200, "usd", "2026-09")]).Select(pair => pair.Result));

    [Fact]
    public void Pair_SeveralOfEach_PairsEqualAmountsFirst()
    {
        var pairs = Pair([Mail("42", 1, "a"), Mail("42", 2, "b"), Mail("42", 3, "c")], [Row(2, "42", 3), Row(3, "42", 9), Row(4, "42", 1), Row(5, "42", 7)]);

        Assert.Equal([(0, 4), (1, 3), (2, 2), (3, 5)], pairs.Select(pair => (pair.Index, pair.There?.Line ?? 0)));
        Assert.Equal([ComparisonResult.Same, ComparisonResult.AmountDiffers, ComparisonResult.Same, ComparisonResult.OnlyThere], pairs.Select(pair => pair.Result));
    }

    [Fact]
    public async Task Merge_TwoSortedLists_MeetInTheirGroups()
    {
        var here = new[] { Mail("1", 5), Mail("3", 5), Mail("3", 6, "b"), Mail("5", 5) };
        var there = new[] { Row(2, "2", 5), Row(3, "3", 6), Row(4, "5", 4), Row(5, "6", 5) };

        var merged = await ActionPairs.MergeAsync(here.ToAsyncEnumerable(), there.ToAsyncEnumerable()).ToListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(
            [("1", ComparisonResult.OnlyHere), ("2", ComparisonResult.OnlyThere), ("3", ComparisonResult.OnlyHere), ("3", ComparisonResult.Same), ("5", ComparisonResult.AmountDiffers), ("6", ComparisonResult.OnlyThere)],
            merged.Select(one => (one.Here?.Subject ?? one.There!.Subject, one.Result)));
    }

    private static ShadowAction Mail(string subject, long amount, string key = "a") =>
        new(ShadowKind.Mail, ShadowOperation.SendMail, subject, key) { Amount = new Money(amount, "usd"), Month = "2026-10" };

    private static ComparisonRow Row(int line, string subject, long? amount, string? currency = null, string? month = null) =>
        new(line, ShadowKind.Mail, ShadowOperation.SendMail, subject, amount, currency, month);

    private static IReadOnlyList<ComparedAction> Pair(ShadowAction[] here, ComparisonRow[] there) =>
        ActionPairs.Pair(ShadowActions.GroupOf(ShadowKind.Mail, ShadowOperation.SendMail, "42"), here, there);
}
