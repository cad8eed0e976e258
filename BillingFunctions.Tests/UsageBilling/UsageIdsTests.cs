using BillingFunctions.UsageBilling;

namespace BillingFunctions.Tests.UsageBilling;

public sealed class UsageIdsTests
{
    private const string Organization = "0123456789abcdef00000001";
    private const string Invoice = "0123456789abcdef00000002";
    private const string Item = "0123456789abcdef00000003";

    private static readonly DateTimeOffset Now = new(2026, 3, 15, 12, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Parse_Invoice_KnowsItsOrganizationAndIsWrittenTheSame()
    {
        var id = InvoiceId.Parse($"inv_{Organization}{Invoice}")!.Value;

        Assert.Equal(($"org_{Organization}", Invoice), (id.OrganizationId, id.Key));
        Assert.Equal($"inv_{Organization}{Invoice}", id.ToString());
    }

    [Fact]
    public void Parse_Item_KnowsItsInvoiceAndIsWrittenTheSame()
    {
        var id = ItemId.Parse($"ii_{Organization}{Invoice}{Item}")!.Value;

        Assert.Equal(($"inv_{Organization}{Invoice}", Item), (id.Invoice.ToString(), id.Key));
        Assert.Equal($"ii_{Organization}{Invoice}{Item}", id.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("inv_")]
    [InlineData($"org_{Organization}")]
    [InlineData($"inv_{Organization}")]
    [InlineData($"inv_{Organization}{Invoice}{Item}")]
    [InlineData($"inv_{Organization}{Invoice}0")]
    [InlineData($"INV_{Organization}{Invoice}")]
    [InlineData("inv_0123456789ABCDEF000000010123456789abcdef00000002")]
    [InlineData("inv_0123456789abcdef0000000g0123456789abcdef00000002")]
    [InlineData("inv_0123456789abcdef0000|0010123456789abcdef00000002")]
    [InlineData($"ii_{Organization}{Invoice}{Item}")]
    [InlineData($" inv_{Organization}{Invoice}")]
    public void Parse_NoInvoice_IsNull(string? text) => Assert.Null(InvoiceId.Parse(text));

    [Theory]
    [InlineData(null)]
    [InlineData("ii_")]
    [InlineData($"ii_{Organization}{Invoice}")]
    [InlineData($"inv_{Organization}{Invoice}{Item}")]
    [InlineData($"ii_{Organization}{Invoice}{Item}a")]
    [InlineData($"ii_{Organization}{Invoice}0123456789abcdef0000000é")]
    public void Parse_NoItem_IsNull(string? text) => Assert.Null(ItemId.Parse(text));

    [Theory]
    [InlineData($"org_{Organization}", true)]
    [InlineData($"ORG_{Organization}", false)]
    [InlineData("org_0123456789ABCDEF00000001", false)]
    [InlineData("org_", false)]
    [InlineData(null, false)]
    public void Is_Organization_TakesItsOwnFormOnly(string? text, bool isOne) => Assert.Equal(isOne, OrganizationId.Is(text));

    [Fact]
    public void New_Later_SortsBehind()
    {
        var keys = Enumerable.Range(0, 50).Select(milliseconds => UsageKey.New(Now.AddMilliseconds(milliseconds))).ToList();

        Assert.Equal(keys.Order(StringComparer.Ordinal), keys);
        Assert.All(keys, key => Assert.True(UsageKey.Is(key)));
        Assert.True(OrganizationId.Is(OrganizationId.New(Now)));
    }

    [Fact]
    public void Of_SameKeyAndSeed_IsTheSameKeyWithTheSameTime()
    {
        var key = UsageKey.New(Now);

        Assert.Equal(UsageKey.Of(key, "2026-04usd"), UsageKey.Of(key, "2026-04usd"));
        Assert.NotEqual(UsageKey.Of(key, "2026-04usd"), UsageKey.Of(key, "2026-04eur"));
        Assert.StartsWith(key[..12], UsageKey.Of(key, "2026-04usd"), StringComparison.Ordinal);
        Assert.True(UsageKey.Is(UsageKey.Of(key, "2026-04usd")));
    }

    [Fact]
    public void Of_Numbers_AreDistinctAndSortByNumber()
    {
        var batch = UsageKey.New(Now);

        var keys = new[] { 0, 1, 15, 16, 999, 65_535 }.Select(number => UsageKey.Of(batch, number)).ToList();

        Assert.Equal(keys.Order(StringComparer.Ordinal).Distinct(), keys);
        Assert.All(keys, key => Assert.True(UsageKey.Is(key)));
    }
}
