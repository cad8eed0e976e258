using BillingFunctions.Simulators.Stripe.Lists;

namespace BillingFunctions.Simulators.Stripe.Customers;

/// <summary>What a query is about, as a stretch of the seeded customers and one of those made since; ends are not included.</summary>
internal readonly record struct CustomerSlice(int SeededStart, int SeededEnd, int MadeStart, int MadeEnd)
{
    public static CustomerSlice Of(ListQuery query, CustomerRecord? cursor, CustomerSeed seed, List<CustomerRecord> made)
    {
        var slice = new CustomerSlice(
            seed.CountBefore(query.Created.From),
            seed.CountBefore(query.Created.To + 1),
            CountBefore(made, query.Created.From),
            CountBefore(made, query.Created.To + 1));
        if (cursor is null)
        {
            return slice;
        }

        var (number, isSeeded) = (cursor.Number.Value, cursor.Number.IsSeeded);
        var olderSeeded = isSeeded ? number : seed.CountBefore(cursor.Created + 1);
        var olderMade = isSeeded ? CountBefore(made, cursor.Created) : number;
        return query.Backwards
            ? slice with
            {
                SeededStart = Math.Max(slice.SeededStart, olderSeeded + (isSeeded ? 1 : 0)),
                MadeStart = Math.Max(slice.MadeStart, olderMade + (isSeeded ? 0 : 1)),
            }
            : slice with { SeededEnd = Math.Min(slice.SeededEnd, olderSeeded), MadeEnd = Math.Min(slice.MadeEnd, olderMade) };
    }

    public bool Contains(CustomerNumber number) => number.IsSeeded
        ? number.Value >= SeededStart && number.Value < SeededEnd
        : number.Value >= MadeStart && number.Value < MadeEnd;

    private static int CountBefore(List<CustomerRecord> made, long created)
    {
        var (low, high) = (0, made.Count);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = made[middle].Created < created ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
