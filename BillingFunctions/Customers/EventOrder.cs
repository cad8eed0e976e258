namespace BillingFunctions.Customers;

internal static class EventOrder
{
    /// <summary>What the last event says; if nobody can tell which of several was the last, and they say different things, what each of them says.</summary>
    public static IEnumerable<T> Latest<T>(this IReadOnlyCollection<T> events, Func<T, EventStamp> stampOf, Func<T, string> contentOf)
    {
        var last = events.Select(stampOf).Max();
        return events.Where(one => stampOf(one) == last || stampOf(one).IsTiedWith(last)).OrderByDescending(stampOf).DistinctBy(contentOf);
    }
}
