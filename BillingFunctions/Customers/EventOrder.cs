namespace BillingFunctions.Customers;

internal static class EventOrder
{
    /// <summary>What the last event says; if nobody can tell which of several was the last, what each of them says.</summary>
    public static IEnumerable<T> Latest<T>(this IReadOnlyCollection<T> events, Func<T, EventStamp> stampOf)
    {
        var last = events.Select(stampOf).Max();
        return events.DistinctBy(stampOf).Where(one => stampOf(one) == last || stampOf(one).IsTiedWith(last));
    }
}
