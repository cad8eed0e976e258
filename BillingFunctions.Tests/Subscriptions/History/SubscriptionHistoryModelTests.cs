using BillingFunctions.Subscriptions.History;
using BillingFunctions.Testing.Builders;
using BillingFunctions.Tests.Fixtures;
using CsCheck;

namespace BillingFunctions.Tests.Subscriptions.History;

/// <summary>Decision 4 for any events, also such as no life has: two of one id, all of one second, news after the end, snapshots in between.</summary>
public sealed class SubscriptionHistoryModelTests
{
    private static readonly Gen<string?> Status = Gen.OneOf<string?>("incomplete", "active", "trialing", "past_due", "unpaid", "paused", "canceled", "incomplete_expired");

    private static readonly Gen<SubscriptionEvent> Event = Gen.Select(
        Gen.OneOf(
            "customer.subscription.created", "customer.subscription.updated", "customer.subscription.updated", "customer.subscription.trial_will_end",
            "customer.subscription.deleted", "invoice.paid", "invoice.payment_succeeded", SubscriptionEvent.Snapshot),
        Gen.Select(Gen.Int[0, 9], Gen.Int[0, 4]),
        Gen.Select(Status, Status),
        Gen.Select(Gen.Int[0, 3], Gen.Int[0, 3], Gen.Bool),
        (type, at, status, invoice) => Make(type, at.Item1, at.Item2, status.Item1, status.Item2, invoice));

    /// <summary>Some events, and how they arrive: in which order, which of them again, in how large batches.</summary>
    private static readonly Gen<(SubscriptionEvent[] Events, SubscriptionEvent[][] Batches)> Arrivals =
        from events in Event.Array[1, 14].Select(all => all.DistinctBy(one => one.Key).ToArray())
        from again in Gen.Int[0, events.Length - 1].Array[0, 6]
        from order in Gen.Shuffle(events.Concat(again.Select(index => events[index])).ToArray())
        from size in Gen.Int[1, order.Length]
        select (events, order.Chunk(size).ToArray());

    private static Action<string> WriteLine => TestContext.Current.TestOutputHelper!.WriteLine;

    [Fact]
    public void With_AnyOrderDuplicatesAndBatches_EndsTheSame() => Arrivals.Sample(
        (events, batches) =>
        {
            var expected = SubscriptionHistory.Fold(events);

            var state = batches.Aggregate(SubscriptionState.Empty, (state, batch) => state.With(batch));

            Assert.Equal(expected.Record, state.History.Record);
            Assert.Equal(expected.Audit, state.History.Audit);
            Assert.Equal(events.Length, state.Events.Count);
            Assert.All(batches, batch => Assert.Same(state, state.With(batch)));
        },
        WriteLine,
        iter: Iterations.OrAsSet(5_000));

    /// <summary>Long lives, of which their maker knows the end.</summary>
    [Fact]
    public void Fold_LivesInAnyOrder_EndAsTheirMakerKnows() => (
        from size in Gen.Int[9, 60]
        from seed in Gen.Int
        let life = SubscriptionLifeBuilder.Random(size, new Random(seed))
        from order in Gen.Shuffle(life.Events.ToArray())
        select (life.Expected, order)).Sample(
            (expected, order) => Assert.Equal(expected, SubscriptionHistory.Fold(order).Record!.Status),
            WriteLine,
            iter: Iterations.OrAsSet(1_000));

    /// <summary>Whatever comes: each event has its entry, each begins where the one before has ended, only paid ones are canceled, and that is the end.</summary>
    [Fact]
    public void Fold_AnyEvents_KeepsTheRules() => Event.Array[1, 20].Sample(
        events =>
        {
            var (record, audit) = SubscriptionHistory.Fold(events);

            Assert.Equal(events.Select(one => one.Key).Distinct().Order(), audit.Select(entry => (entry.EventId, entry.Type)).Order());
            Assert.Equal(record?.Status, audit[^1].To);
            Assert.Equal(events.All(one => one.IsPayment), record is null);
            Assert.Null(audit[0].From);
            foreach (var (entry, before) in audit.Skip(1).Zip(audit))
            {
                Assert.Equal(before.To, entry.From);
                Assert.True(entry.From != SubscriptionStatus.Canceled || entry.To == SubscriptionStatus.Canceled, "Something came after canceled.");
                Assert.True(entry.Type == SubscriptionEvent.Snapshot || (entry.From, entry.To) != (SubscriptionStatus.Unpaid, SubscriptionStatus.Canceled), "It was canceled unpaid.");
                Assert.Equal(entry.From != entry.To, entry.Outcome == AuditOutcome.Applied);
            }
        },
        WriteLine,
        iter: Iterations.OrAsSet(5_000));

    /// <summary>Only what makes the subscription, or else the first event that carries it, may be told before what happened earlier.</summary>
    [Fact]
    public void Fold_AnyEvents_TellsThemBySecond() => Event.Array[1, 20].Sample(
        events =>
        {
            var told = SubscriptionHistory.Fold(events).Audit.SkipWhile((entry, index) => index == 0 || entry.Type == "customer.subscription.created").Select(entry => entry.Time).ToList();

            Assert.Equal(told.Order(), told);
        },
        WriteLine,
        iter: Iterations.OrAsSet(5_000));

    private static SubscriptionEvent Make(string type, int id, int second, string? status, string? before, (int Invoice, int PeriodEnd, bool IsPaid) about)
    {
        var isPayment = type.StartsWith("invoice.", StringComparison.Ordinal);
        var one = SubscriptionLifeBuilder.Event($"evt_{id}", type, SubscriptionLifeBuilder.Start + second, isPayment ? null : status);
        return one with
        {
            PreviousStripeStatus = isPayment || before == status ? null : before,
            InvoiceId = about.Invoice == 0 ? null : $"in_{about.Invoice}",
            IsInvoicePaid = about.IsPaid,
            PeriodEnd = about.PeriodEnd == 0 ? null : SubscriptionLifeBuilder.Start + (about.PeriodEnd * 1_000),
        };
    }
}
