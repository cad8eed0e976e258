using BillingFunctions.Subscriptions.History;
using BillingFunctions.Testing.Builders;

namespace BillingFunctions.Tests.Subscriptions.History;

/// <summary>What Stripe says last of a subscription counts: one that is active again has access again, and can be canceled.</summary>
public sealed class NewerWordTests
{
    [Fact]
    public void Fold_ActiveAfterPastDue_IsPaidAgain() => AssertPaidAgain(Overdue().Updated("active"));

    [Fact]
    public void Fold_ActiveAfterUnpaid_IsPaidAgain() => AssertPaidAgain(Overdue().Updated("unpaid").Updated("active"));

    [Fact]
    public void Fold_TrialAfterPastDue_IsPaidAgain() => AssertPaidAgain(Overdue().Updated("trialing"));

    [Fact]
    public void Fold_ResumedAfterPauseWhileOverdue_IsPaidAgain() =>
        AssertPaidAgain(Overdue().Subscription("customer.subscription.paused", "paused").Subscription("customer.subscription.resumed", "active"));

    [Fact]
    public void Fold_PendingUpdateAppliedWhileOverdue_IsPaidAgain() => AssertPaidAgain(Overdue().Subscription("customer.subscription.pending_update_applied", "active"));

    [Fact]
    public void Fold_ActiveThenPastDueInOneSecond_IsOverdue()
    {
        var words = new SubscriptionWordsBuilder().Created("active").Paid("in_1").Updated("active").Updated("past_due", after: 0, before: "active");

        Assert.Equal(SubscriptionStatus.Unpaid, words.Read().Record!.Status);
    }

    [Fact]
    public void Fold_ActiveButNeverPaid_StaysUnpaid() =>
        Assert.Equal(SubscriptionStatus.Unpaid, new SubscriptionWordsBuilder().Created("incomplete").Updated("past_due").Updated("active").Read().Record!.Status);

    private static SubscriptionWordsBuilder Overdue() => new SubscriptionWordsBuilder().Created("active", "in_1").Paid("in_1").Updated("past_due", "in_2");

    private static void AssertPaidAgain(SubscriptionWordsBuilder words)
    {
        var history = words.Read();

        Assert.Equal(SubscriptionStatus.Paid, history.Record!.Status);
        Assert.Null(history.Record.PastDueSince);
        Assert.Equal((SubscriptionStatus.Unpaid, SubscriptionStatus.Paid, AuditOutcome.Applied), (history.Audit[^1].From, history.Audit[^1].To, history.Audit[^1].Outcome));
        Assert.True(words.Access().Allowed);
        Assert.Equal(SubscriptionStatus.Canceled, words.Deleted().Read().Record!.Status);
    }
}
