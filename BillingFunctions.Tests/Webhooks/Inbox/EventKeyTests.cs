using BillingFunctions.Webhooks.Inbox;

namespace BillingFunctions.Tests.Webhooks.Inbox;

public sealed class EventKeyTests
{
    [Fact]
    public void Partition_SameMinute_IsShared()
    {
        Assert.Equal(new EventKey("evt_1", 600, "0a1b2c3d").Partition, new EventKey("evt_2", 659, "0a1b2c3d").Partition);
        Assert.NotEqual(new EventKey("evt_1", 600, "0a1b2c3d").Partition, new EventKey("evt_1", 660, "0a1b2c3d").Partition);
    }

    [Fact]
    public void Partition_LaterMinute_ComesFirst() =>
        Assert.True(string.CompareOrdinal(new EventKey("evt_1", 4_000_000_000, "0a1b2c3d").Partition, new EventKey("evt_1", 1_767_225_600, "0a1b2c3d").Partition) < 0);

    [Theory]
    [InlineData(-1)]
    [InlineData(long.MinValue)]
    [InlineData(long.MaxValue)]
    public void Partition_ImpossibleTime_IsStillOne(long created) => Assert.Equal(7, new EventKey("evt_1", created, "0a1b2c3d").Partition.Length);

    [Fact]
    public void Parse_Text_ComesBackAsItWas() => Assert.Equal(new EventKey("evt_1.2", 1_767_225_600, "0a1b2c3d"), EventKey.Parse(new EventKey("evt_1.2", 1_767_225_600, "0a1b2c3d").Text));

    [Theory]
    [InlineData("")]
    [InlineData("evt_1")]
    [InlineData("-5.evt_1")]
    [InlineData("99999999999999999999.evt_1")]
    public void Parse_AnythingElse_IsNull(string text) => Assert.Null(EventKey.Parse(text));
}
