using BillingFunctions.Subscriptions.Access;
using BillingFunctions.Subscriptions.History;
using BillingFunctions.Testing.Builders;

namespace BillingFunctions.Tests.Subscriptions.History;

public sealed class SubscriptionHistoryTests
{
    private const long Month = 2_592_000;

    [Fact]
    public void Fold_PaymentWithoutTheSubscription_WaitsForIt()
    {
        var paid = SubscriptionLifeBuilder.Event("evt_2", "invoice.paid", SubscriptionLifeBuilder.Start);

        var waiting = SubscriptionHistory.Fold([paid]);
        var arrived = SubscriptionHistory.Fold([paid, SubscriptionLifeBuilder.Event("evt_1", "customer.subscription.created", SubscriptionLifeBuilder.Start + 1, "incomplete")]);

        Assert.Null(waiting.Record);
        Assert.Equal(AuditOutcome.Waiting, Assert.Single(waiting.Audit).Outcome);
        Assert.Equal(SubscriptionStatus.Paid, arrived.Record!.Status);
        Assert.Equal(["evt_1", "evt_2"], arrived.Audit.Select(entry => entry.EventId));
    }

    [Fact]
    public void Fold_SecondEventObjectForOneChange_IsUnchanged()
    {
        var life = new SubscriptionLifeBuilder().Add("customer.subscription.created").Pass(1).Add("invoice.paid").Add("invoice.paid").Add("invoice.payment_succeeded");

        var history = SubscriptionHistory.Fold(life.Events);

        Assert.Equal(
            [AuditOutcome.Applied, AuditOutcome.Applied, AuditOutcome.Unchanged, AuditOutcome.Unchanged],
            history.Audit.Select(entry => entry.Outcome));
    }

    [Fact]
    public void Fold_LapseAndPaymentOfOneSecond_EndsPaid()
    {
        var history = SubscriptionHistory.Fold(
        [
            SubscriptionLifeBuilder.Event("evt_1", "customer.subscription.created", SubscriptionLifeBuilder.Start),
            SubscriptionLifeBuilder.Event("evt_2", "invoice.paid", SubscriptionLifeBuilder.Start + 1),
            SubscriptionLifeBuilder.Event("evt_9", "customer.subscription.updated", SubscriptionLifeBuilder.Start + 5, "past_due"),
            SubscriptionLifeBuilder.Event("evt_3", "invoice.paid", SubscriptionLifeBuilder.Start + 5),
            SubscriptionLifeBuilder.Event("evt_0", "customer.subscription.updated", SubscriptionLifeBuilder.Start + 5, "active"),
        ]);

        Assert.Equal(SubscriptionStatus.Paid, history.Record!.Status);
        Assert.Equal("active", history.Record.StripeStatus);
        Assert.Null(history.Record.PastDueSince);
    }

    /// <summary>As after a first payment: Stripe updates several times in one second, and the ids say nothing of the order.</summary>
    [Fact]
    public void Fold_UpdatesOfOneSecond_AreInTheOrderOfTheirStatuses()
    {
        SubscriptionEvent[] events =
        [
            SubscriptionLifeBuilder.Event("evt_5", "customer.subscription.created", SubscriptionLifeBuilder.Start, "incomplete"),
            SubscriptionLifeBuilder.Event("evt_9", "customer.subscription.updated", SubscriptionLifeBuilder.Start + 1, "incomplete"),
            SubscriptionLifeBuilder.Event("evt_3", "customer.subscription.updated", SubscriptionLifeBuilder.Start + 1, "active") with { PreviousStripeStatus = "incomplete" },
            SubscriptionLifeBuilder.Event("evt_1", "customer.subscription.updated", SubscriptionLifeBuilder.Start + 1, "paused") with { PreviousStripeStatus = "active" },
            SubscriptionLifeBuilder.Event("evt_4", "customer.subscription.updated", SubscriptionLifeBuilder.Start + 1, "paused"),
        ];

        foreach (var seed in Enumerable.Range(0, 50))
        {
            var shuffled = events.ToArray();
            new Random(seed).Shuffle(shuffled);

            var history = SubscriptionHistory.Fold(shuffled);

            Assert.Equal("paused", history.Record!.StripeStatus);
            Assert.Equal(["evt_5", "evt_9", "evt_3", "evt_1", "evt_4"], history.Audit.Select(entry => entry.EventId));
        }
    }

    [Fact]
    public void Fold_PastDueThenUnpaid_IsOverdueSinceTheFirst()
    {
        var life = new SubscriptionLifeBuilder().Add("customer.subscription.created").Pass(1).Add("invoice.paid").Pass(Month)
            .Add("customer.subscription.updated", "past_due").Pass(100).Add("customer.subscription.updated", "unpaid");

        var record = SubscriptionHistory.Fold(life.Events).Record!;

        Assert.Equal(SubscriptionStatus.Unpaid, record.Status);
        Assert.Equal(DateTimeOffset.FromUnixTimeSeconds(SubscriptionLifeBuilder.Start + 1 + Month), record.PastDueSince);
    }

    [Fact]
    public void Fold_UnpaidFromTheStart_IsNotOverdue()
    {
        var life = new SubscriptionLifeBuilder().Add("customer.subscription.created").Pass(1).Add("customer.subscription.updated", "past_due");

        Assert.Null(SubscriptionHistory.Fold(life.Events).Record!.PastDueSince);
    }

    [Fact]
    public void Fold_CanceledWhileUnpaid_IsRejectedButStripesStatusIsKept()
    {
        var life = new SubscriptionLifeBuilder().Add("customer.subscription.created", "incomplete").Pass(1).Add("customer.subscription.deleted", "canceled");

        var history = SubscriptionHistory.Fold(life.Events);

        Assert.Equal(AuditOutcome.Rejected, history.Audit[^1].Outcome);
        Assert.Equal((SubscriptionStatus.Unpaid, "canceled"), (history.Record!.Status, history.Record.StripeStatus));
        Assert.Equal(StripeStanding.Ended, SubscriptionAccess.From(history.Record).Standing);
    }

    [Fact]
    public void Fold_AfterTheEnd_NothingChanges()
    {
        var life = new SubscriptionLifeBuilder().Add("customer.subscription.created").Pass(1).Add("invoice.paid").Pass(1).Add("customer.subscription.deleted", "canceled", SubscriptionLifeBuilder.Start + Month);
        var end = SubscriptionHistory.Fold(life.Events).Record;

        life.Pass(1).Add("customer.subscription.updated", "active", SubscriptionLifeBuilder.Start + (2 * Month)).Add("invoice.paid").Add("customer.subscription.deleted", "canceled");

        var history = SubscriptionHistory.Fold(life.Events);
        Assert.Equal(end, history.Record);
        Assert.Equal([AuditOutcome.Rejected, AuditOutcome.Rejected, AuditOutcome.Unchanged], history.Audit.TakeLast(3).Select(entry => entry.Outcome));
    }

    [Fact]
    public void Fold_PeriodEnd_IsMovedForwardByAPaymentAndAnywhereByTheSubscription()
    {
        var life = new SubscriptionLifeBuilder().Add("customer.subscription.created", periodEnd: SubscriptionLifeBuilder.Start + Month).Pass(1);
        Assert.Equal(SubscriptionLifeBuilder.Start + (2 * Month), PeriodEnd(life.Add("invoice.paid", periodEnd: SubscriptionLifeBuilder.Start + (2 * Month))));
        Assert.Equal(SubscriptionLifeBuilder.Start + (2 * Month), PeriodEnd(life.Add("invoice.paid", periodEnd: SubscriptionLifeBuilder.Start + Month)));
        Assert.Equal(SubscriptionLifeBuilder.Start + 50, PeriodEnd(life.Add("customer.subscription.updated", "active", SubscriptionLifeBuilder.Start + 50)));
        Assert.Equal(SubscriptionLifeBuilder.Start + 50, PeriodEnd(life.Add("customer.subscription.updated", "active")));

        static long? PeriodEnd(SubscriptionLifeBuilder life) => SubscriptionHistory.Fold(life.Events).Record!.CurrentPeriodEnd?.ToUnixTimeSeconds();
    }

    [Fact]
    public void Fold_LastEvent_IsTheLastOfTheLifeWhateverTheSecondsSay()
    {
        var record = SubscriptionHistory.Fold(
        [
            SubscriptionLifeBuilder.Event("evt_1", "customer.subscription.created", SubscriptionLifeBuilder.Start + 1),
            SubscriptionLifeBuilder.Event("evt_2", "invoice.paid", SubscriptionLifeBuilder.Start) with { CustomerName = "Ada", CustomerEmail = "ada@example.com" },
        ]).Record!;

        Assert.Equal(("evt_2", SubscriptionLifeBuilder.Start + 1), (record.LastEventId, record.UpdatedAt.ToUnixTimeSeconds()));
        Assert.Equal(("Ada", "ada@example.com"), (record.CustomerName, record.CustomerEmail));
    }

    [Fact]
    public void With_ChangesThatAccessDoesNotDependOn_KeepItsVersion()
    {
        var created = SubscriptionState.Empty.With([SubscriptionLifeBuilder.Event("evt_1", "customer.subscription.created", SubscriptionLifeBuilder.Start, "incomplete")]);
        var updated = created.With([SubscriptionLifeBuilder.Event("evt_2", "customer.subscription.updated", SubscriptionLifeBuilder.Start + 1, "active")]);
        var paid = updated.With([SubscriptionLifeBuilder.Event("evt_3", "invoice.paid", SubscriptionLifeBuilder.Start + 1)]);
        var paidAgain = paid.With([SubscriptionLifeBuilder.Event("evt_4", "invoice.payment_succeeded", SubscriptionLifeBuilder.Start + 1)]);

        Assert.Equal([0, 1, 2, 3, 3], new[] { SubscriptionState.Empty, created, updated, paid, paidAgain }.Select(state => state.AccessVersion));
    }
}
