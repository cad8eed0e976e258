using BillingFunctions.Subscriptions.History;
using BillingFunctions.Testing.Builders;

namespace BillingFunctions.Tests.Subscriptions.History;

/// <summary>Whatever the order of arrival and however often events come, one record and one audit is the end of it.</summary>
public sealed class SubscriptionOrderTests
{
    [Fact]
    public void With_EveryOrderOfUpToEightEvents_EndsTheSame()
    {
        var random = new Random(20_260_301);
        var cases = 0;
        foreach (var (size, lives) in new[] { (1, 1), (2, 20), (3, 20), (4, 20), (5, 20), (6, 10), (7, 4), (8, 1) })
        {
            for (var number = 0; number < lives; number++)
            {
                var life = SubscriptionLifeBuilder.Random(size, random);
                var expected = Check(life);
                foreach (var order in Permutations(life.Events))
                {
                    AssertEndsIn(expected, WithDuplicates(order, random), random);
                    cases++;
                }
            }
        }

        Assert.True(cases > 70_000, $"Only {cases} cases.");
    }

    [Fact]
    public void With_EveryOrderOfFourEventsThatComeTwice_EndsTheSame()
    {
        var random = new Random(4);
        var life = new SubscriptionLifeBuilder().Add("customer.subscription.created", "incomplete").Pass(1).Add("invoice.paid")
            .Add("customer.subscription.updated", "active").Pass(5).Add("customer.subscription.deleted", "canceled");
        var expected = Check(life);

        var cases = 0;
        foreach (var order in Permutations([.. life.Events, .. life.Events]))
        {
            AssertEndsIn(expected, order, random);
            cases++;
        }

        Assert.Equal(40_320, cases);
        Assert.Equal(SubscriptionStatus.Canceled, expected.Record!.Status);
    }

    /// <summary>What the events come to in the order in which they happened, checked against what their maker knows.</summary>
    private static SubscriptionHistory Check(SubscriptionLifeBuilder life)
    {
        var history = SubscriptionHistory.Fold(life.Events);
        Assert.Equal(life.Expected, history.Record!.Status);
        Assert.Equal(life.Expected, history.Audit[^1].To);
        Assert.Null(history.Audit[0].From);
        Assert.All(history.Audit.Skip(1).Zip(history.Audit), pair => Assert.Equal(pair.Second.To, pair.First.From));
        Assert.All(history.Audit, entry => Assert.Equal(entry.From != entry.To, entry.Outcome == AuditOutcome.Applied));
        Assert.Equal(life.Events.Select(one => one.Id).Order(), history.Audit.Select(entry => entry.EventId).Order());
        return history;
    }

    private static void AssertEndsIn(SubscriptionHistory expected, IReadOnlyList<SubscriptionEvent> arrivals, Random random)
    {
        var state = SubscriptionState.Empty;
        for (var taken = 0; taken < arrivals.Count;)
        {
            var batch = random.Next(1, arrivals.Count - taken + 1);
            state = state.With(arrivals.Skip(taken).Take(batch));
            taken += batch;
        }

        Assert.Same(state, state.With(arrivals));
        if (state.History.Record != expected.Record || !state.History.Audit.SequenceEqual(expected.Audit))
        {
            Assert.Fail($"Another end when they arrive as {string.Join(", ", arrivals.Select(one => $"{one.Id} {one.Type}"))}");
        }
    }

    private static List<SubscriptionEvent> WithDuplicates(IEnumerable<SubscriptionEvent> events, Random random)
    {
        var arrivals = events.ToList();
        for (var duplicates = random.Next(3); duplicates > 0; duplicates--)
        {
            arrivals.Insert(random.Next(arrivals.Count + 1), arrivals[random.Next(arrivals.Count)]);
        }

        return arrivals;
    }

    /// <summary>Heap's algorithm. Gives the same list each time, in another order.</summary>
    private static IEnumerable<IReadOnlyList<SubscriptionEvent>> Permutations(IEnumerable<SubscriptionEvent> events)
    {
        var order = events.ToArray();
        var swaps = new int[order.Length];
        yield return order;
        for (var place = 1; place < order.Length;)
        {
            if (swaps[place] >= place)
            {
                swaps[place++] = 0;
                continue;
            }

            var other = place % 2 == 0 ? 0 : swaps[place];
            (order[other], order[place]) = (order[place], order[other]);
            swaps[place]++;
            place = 1;
            yield return order;
        }
    }
}
