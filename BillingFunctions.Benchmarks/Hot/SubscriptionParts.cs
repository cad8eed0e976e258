using BenchmarkDotNet.Attributes;
using BillingFunctions.Subscriptions.History;
using BillingFunctions.Testing.Builders;

namespace BillingFunctions.Benchmarks.Hot;

/// <summary>What each event of a subscription takes: all of its events are folded anew.</summary>
public class SubscriptionParts
{
    private IReadOnlyList<SubscriptionEvent> _events = [];

    [Params(10, 100)]
    public int Events { get; set; }

    [GlobalSetup]
    public void Setup() => _events = SubscriptionLifeBuilder.Random(Events, new Random(1)).Events;

    [Benchmark(Description = "subscription, folded")]
    public SubscriptionHistory Fold() => SubscriptionHistory.Fold(_events);
}
