namespace BillingFunctions.Customers.Events;

/// <summary>
/// Where an event stands among all events about one thing. What is stored is what the last of them says, so the order in which they arrive,
/// and how often, makes no difference.
/// </summary>
/// <param name="Final">Whether nothing comes after it, whatever its time: the thing is deleted.</param>
/// <param name="Created">When it happened, Unix seconds.</param>
/// <param name="Rank">Which of two events of one second is the later one, by what can only happen after what. Stored: a number never gets another meaning.</param>
/// <param name="EventId">Decides what is left, if Stripe cannot be asked. It says nothing about time, but is the same for everybody.</param>
public readonly record struct EventVersion(bool Final, long Created, int Rank, string EventId) : IComparable<EventVersion>
{
    /// <summary>Before all events: nothing was heard of the thing yet.</summary>
    public static EventVersion None { get; } = new(false, 0, 0, "");

    public int CompareTo(EventVersion other) =>
        (Final, Created, Rank) is var mine && (other.Final, other.Created, other.Rank) is var theirs && mine != theirs
            ? mine.CompareTo(theirs)
            : string.CompareOrdinal(EventId, other.EventId);

    /// <summary>Whether this is another event of the same second and rank, so that nobody can tell from the two which is the later one.</summary>
    public bool IsTiedWith(EventVersion other) => EventId != other.EventId && (Final, Created, Rank) == (other.Final, other.Created, other.Rank);

    public static bool operator <(EventVersion left, EventVersion right) => left.CompareTo(right) < 0;

    public static bool operator >(EventVersion left, EventVersion right) => left.CompareTo(right) > 0;

    public static bool operator <=(EventVersion left, EventVersion right) => left.CompareTo(right) <= 0;

    public static bool operator >=(EventVersion left, EventVersion right) => left.CompareTo(right) >= 0;
}

internal static class EventOrder
{
    /// <summary>What the last event says; if nobody can tell which of several was the last, and they say different things, what each of them says.</summary>
    public static IEnumerable<T> Latest<T>(this IReadOnlyCollection<T> events, Func<T, EventVersion> stampOf, Func<T, string> contentOf)
    {
        var last = events.Select(stampOf).Max();
        return events.Where(one => stampOf(one) == last || stampOf(one).IsTiedWith(last)).OrderByDescending(stampOf).DistinctBy(contentOf);
    }
}
