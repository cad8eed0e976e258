using BillingFunctions.Testing.Builders;
using BillingFunctions.UsageBilling.Items;
using BillingFunctions.UsageBilling.Sync.Calls;
using BillingFunctions.UsageBilling.Sync.Closing;

namespace BillingFunctions.Tests.UsageBilling.Sync.Closing;

public sealed class InvoiceProofTests
{
    private static readonly UsageItem First = UsageBuilder.Item(1, 100);
    private static readonly UsageItem Second = UsageBuilder.Item(2, -40);

    [Fact]
    public void Of_SameLines_HasNoDifference() => Assert.Empty(Prove([First, Second], LineOf(Second), LineOf(First)).Difference);

    [Fact]
    public void Of_Nothing_HasNoDifference() => Assert.Empty(Prove([]).Difference);

    [Fact]
    public void Of_ForeignLines_ReportsThemAndDoesNotCountThem()
    {
        var proof = Prove([First], LineOf(First), new StripeLine("il_tax", null, 19, "usd"), new StripeLine("il_discount", null, -5, "usd"));

        Assert.Equal((0, 2, 14), (proof.Difference.Count, proof.Foreign, proof.ForeignAmount));
    }

    [Fact]
    public void Of_MissingLine_SaysWhichAndWhy()
    {
        var canceled = Second with { SyncStatus = SyncStatus.Canceled, Error = "Stripe answered 400" };

        var difference = Assert.Single(Prove([First, canceled], LineOf(First)).Difference).ToString();

        Assert.StartsWith(canceled.Id, difference, StringComparison.Ordinal);
        Assert.Contains("missing", difference, StringComparison.Ordinal);
        Assert.Contains("Stripe answered 400", difference, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_OtherAmount_SaysBoth()
    {
        var difference = Assert.Single(Prove([First], LineOf(First) with { Amount = 101 }).Difference).ToString();

        Assert.Contains("1.01", difference, StringComparison.Ordinal);
        Assert.Contains("1.00", difference, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_DoubledLine_IsADifferenceThoughEachIsRight() =>
        Assert.Contains("2 lines", Assert.Single(Prove([First], LineOf(First), LineOf(First) with { Id = "il_other" }).Difference).ToString(), StringComparison.Ordinal);

    [Fact]
    public void Of_AmountsThatCancelOut_AreDifferences() =>
        Assert.Equal(2, Prove([First, Second], LineOf(First) with { Amount = 110 }, LineOf(Second) with { Amount = -50 }).Difference.Count);

    [Fact]
    public void Of_LineOfADeletedItem_IsADifference() =>
        Assert.Contains("no such item", Assert.Single(Prove([First with { IsDeleted = true }], LineOf(First)).Difference).ToString(), StringComparison.Ordinal);

    [Fact]
    public void Of_DeletedItemWithoutLine_HasNoDifference() => Assert.Empty(Prove([First with { IsDeleted = true }]).Difference);

    private static InvoiceProof Prove(IReadOnlyList<UsageItem> items, params IReadOnlyList<StripeLine> lines) => InvoiceProof.From(items, lines, "usd");

    private static StripeLine LineOf(UsageItem item) => new($"il_{item.ItemId.Key}", item.Id, item.Line.Amount, "usd");
}
