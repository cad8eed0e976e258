using BillingFunctions.Customers.Events;

namespace BillingFunctions.Tests.Customers.Events;

public sealed class EventVersionTests
{
    [Theory]
    [InlineData(false, 10, 0, "evt_a", false, 11, 0, "evt_a")]
    [InlineData(false, 10, 2, "evt_b", false, 11, 0, "evt_a")]
    [InlineData(false, 10, 0, "evt_b", false, 10, 1, "evt_a")]
    [InlineData(false, 10, 1, "evt_a", false, 10, 1, "evt_b")]
    [InlineData(false, 10, 1, "evt_B", false, 10, 1, "evt_a")]
    [InlineData(false, 99, 1, "evt_b", true, 10, 2, "evt_a")]
    [InlineData(true, 10, 2, "evt_a", true, 11, 2, "evt_a")]
    public void CompareTo_EarlierAndLater_IsTheirOrder(
        bool final, long created, int rank, string id, bool laterFinal, long laterCreated, int laterRank, string laterId)
    {
        var earlier = new EventVersion(final, created, rank, id);
        var later = new EventVersion(laterFinal, laterCreated, laterRank, laterId);

        Assert.True(earlier < later);
        Assert.True(later > earlier);
        Assert.False(later <= earlier);
        Assert.Equal(0, earlier.CompareTo(earlier with { }));
    }
}
