using BillingFunctions.Simulators.Stripe.Lists;

namespace BillingFunctions.Tests.Simulators.Stripe.Lists;

public sealed class RecordListTests
{
    // Several of one second, and seconds without any
    private static readonly List<Entry> Entries = [.. Enumerable.Range(0, 12).Select(number => new Entry($"id_{number:D2}", 100 + (number / 3 * 2)))];

    [Fact]
    public void List_AnyRangeAndCursor_GivesWhatAScanWould()
    {
        var list = new RecordList<Entry>();
        Entries.ForEach(list.Add);

        foreach (var (from, to) in Enumerable.Range(98, 12).SelectMany(from => Enumerable.Range(98, 12), (from, to) => (from, to)))
        {
            var newestFirst = Entries.Where(entry => entry.Created >= from && entry.Created <= to).Reverse().ToList();
            Assert.Equal(newestFirst, Page(new ListQuery(100, null, null, new CreatedRange(from, to))));
            foreach (var cursor in Entries)
            {
                Assert.Equal(
                    newestFirst.Where(entry => string.CompareOrdinal(entry.Id, cursor.Id) < 0),
                    Page(new ListQuery(100, cursor.Id, null, new CreatedRange(from, to))));
                Assert.Equal(
                    newestFirst.Where(entry => string.CompareOrdinal(entry.Id, cursor.Id) > 0),
                    Page(new ListQuery(100, null, cursor.Id, new CreatedRange(from, to))));
            }
        }

        IReadOnlyList<Entry> Page(ListQuery query) => list.List(query, _ => true).Items;
    }

    internal sealed record Entry(string Id, long Created) : IRecord;
}
