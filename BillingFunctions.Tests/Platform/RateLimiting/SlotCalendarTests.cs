using BillingFunctions.Platform.RateLimiting;

namespace BillingFunctions.Tests.Platform.RateLimiting;

public sealed class SlotCalendarTests
{
    private static readonly DateTimeOffset Start = new(2026, 3, 1, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(5, 1)]
    [InlineData(25, 1)]
    [InlineData(100, 1)]
    [InlineData(3, 10)]
    public void Earliest_TakenWithoutPause_FillsTheLimitAndNeverExceedsIt(int permits, int seconds)
    {
        var limit = new RateLimit(permits, TimeSpan.FromSeconds(seconds));
        var calendar = new SlotCalendar(limit, [], Start, 0.9);
        var taken = new List<DateTimeOffset>();
        for (var call = 0; call < Math.Min(permits * 20, 600); call++)
        {
            taken.Add(Take(calendar, Start));
        }

        AssertNeverExceeded(limit, taken);
        var used = (taken.Count - 1) / (taken[^1] - taken[0]).TotalSeconds;
        Assert.InRange(used, 0.96 * permits / seconds, (double)permits / seconds);
    }

    [Fact]
    public void Earliest_AskedAtRandomTimes_NeverExceedsTheLimit()
    {
        var limit = new RateLimit(20, TimeSpan.FromSeconds(1));
        var random = new Random(7);
        var taken = new List<DateTimeOffset>();
        var now = Start;
        IEnumerable<Slot> stored = [];
        for (var call = 0; call < 2_000; call++)
        {
            // Others have taken slots ahead of now, sometimes far ahead; ours may go in between.
            now += TimeSpan.FromMilliseconds(random.Next(0, 90));
            var calendar = new SlotCalendar(limit, stored, now, 0.5);
            taken.Add(Take(calendar, now + TimeSpan.FromMilliseconds(random.Next(0, 1500))));
            stored = calendar.Taken.ToList();
        }

        AssertNeverExceeded(limit, taken);
    }

    [Fact]
    public void Earliest_AfterAPause_CatchesUpWithoutABurst()
    {
        var limit = new RateLimit(20, TimeSpan.FromSeconds(1));
        var calendar = new SlotCalendar(limit, [], Start, 0.9);

        var first = Take(calendar, Start);
        var second = Take(calendar, Start);

        Assert.Equal(Start, first);
        Assert.InRange((second - first).TotalMilliseconds, 40, 50);
    }

    [Fact]
    public void Return_UnusedSlot_IsFreeAgain()
    {
        var calendar = new SlotCalendar(new RateLimit(1, TimeSpan.FromSeconds(10)), [], Start, 0.9);
        var slot = new Slot(Start, Lane: 0);
        calendar.Take(slot);
        Assert.True(calendar.Earliest(Start) > Start);

        calendar.Return(slot);

        Assert.Equal(Start, calendar.Earliest(Start));
    }

    [Fact]
    public void Constructor_OldSlots_AreForgotten()
    {
        var old = new Slot(Start - TimeSpan.FromSeconds(5), Lane: 0);

        Assert.Empty(new SlotCalendar(new RateLimit(20, TimeSpan.FromSeconds(1)), [old], Start, 0.9).Taken);
    }

    internal static void AssertNeverExceeded(RateLimit limit, IEnumerable<DateTimeOffset> calls)
    {
        var sorted = calls.Order().ToList();
        for (var index = limit.Permits; index < sorted.Count; index++)
        {
            Assert.True(
                sorted[index] - sorted[index - limit.Permits] >= limit.Window,
                $"{limit.Permits + 1} calls within {(sorted[index] - sorted[index - limit.Permits]).TotalMilliseconds} ms");
        }
    }

    private static DateTimeOffset Take(SlotCalendar calendar, DateTimeOffset from)
    {
        var at = calendar.Earliest(from);
        calendar.Take(new Slot(at, Lane: 0));
        return at;
    }
}
