using BillingFunctions.Subscriptions.Access;
using BillingFunctions.Subscriptions.History;
using BillingFunctions.Testing.Builders;
using static BillingFunctions.Subscriptions.History.AuditOutcome;
using static BillingFunctions.Subscriptions.History.SubscriptionStatus;

namespace BillingFunctions.Tests.Subscriptions.History;

public sealed class SubscriptionTransitionsTests
{
    [Theory]
    [InlineData(Unpaid, SubscriptionChange.Created, Unpaid, Unchanged)]
    [InlineData(Unpaid, SubscriptionChange.Lapsed, Unpaid, Unchanged)]
    [InlineData(Unpaid, SubscriptionChange.Resumed, Paid, Applied)]
    [InlineData(Unpaid, SubscriptionChange.Paid, Paid, Applied)]
    [InlineData(Unpaid, SubscriptionChange.PaidOlder, Unpaid, Unchanged)]
    [InlineData(Unpaid, SubscriptionChange.PaidInPart, Unpaid, Unchanged)]
    [InlineData(Unpaid, SubscriptionChange.Updated, Unpaid, Unchanged)]
    [InlineData(Unpaid, SubscriptionChange.Deleted, Unpaid, Rejected)]
    [InlineData(Paid, SubscriptionChange.Created, Paid, Unchanged)]
    [InlineData(Paid, SubscriptionChange.Lapsed, Unpaid, Applied)]
    [InlineData(Paid, SubscriptionChange.Resumed, Paid, Unchanged)]
    [InlineData(Paid, SubscriptionChange.Paid, Paid, Unchanged)]
    [InlineData(Paid, SubscriptionChange.PaidOlder, Paid, Unchanged)]
    [InlineData(Paid, SubscriptionChange.PaidInPart, Paid, Unchanged)]
    [InlineData(Paid, SubscriptionChange.Updated, Paid, Unchanged)]
    [InlineData(Paid, SubscriptionChange.Deleted, Canceled, Applied)]
    [InlineData(Canceled, SubscriptionChange.Created, Canceled, Rejected)]
    [InlineData(Canceled, SubscriptionChange.Lapsed, Canceled, Rejected)]
    [InlineData(Canceled, SubscriptionChange.Resumed, Canceled, Rejected)]
    [InlineData(Canceled, SubscriptionChange.Paid, Canceled, Rejected)]
    [InlineData(Canceled, SubscriptionChange.PaidOlder, Canceled, Rejected)]
    [InlineData(Canceled, SubscriptionChange.PaidInPart, Canceled, Rejected)]
    [InlineData(Canceled, SubscriptionChange.Updated, Canceled, Rejected)]
    [InlineData(Canceled, SubscriptionChange.Deleted, Canceled, Unchanged)]
    public void Decide_StatusAndChange_IsThisRow(SubscriptionStatus from, SubscriptionChange change, SubscriptionStatus to, AuditOutcome outcome)
    {
        var transition = SubscriptionTransitions.Decide(from, change);

        Assert.Equal((to, outcome), (transition.To, transition.Outcome));
        Assert.NotEmpty(transition.Reason);
    }

    [Fact]
    public void Decide_EveryPair_HasARow() => Assert.All(
        from status in Enum.GetValues<SubscriptionStatus>() from change in Enum.GetValues<SubscriptionChange>() select (status, change),
        pair => SubscriptionTransitions.Decide(pair.status, pair.change));

    [Theory]
    [InlineData("customer.subscription.created", "active", false, Unpaid)]
    [InlineData("customer.subscription.updated", "active", false, Unpaid)]
    [InlineData("customer.subscription.deleted", "canceled", false, Unpaid)]
    [InlineData(SubscriptionEvent.Snapshot, "active", true, Paid)]
    [InlineData(SubscriptionEvent.Snapshot, "trialing", true, Paid)]
    [InlineData(SubscriptionEvent.Snapshot, "active", false, Unpaid)]
    [InlineData(SubscriptionEvent.Snapshot, "past_due", false, Unpaid)]
    [InlineData(SubscriptionEvent.Snapshot, "past_due", true, Unpaid)]
    [InlineData(SubscriptionEvent.Snapshot, "canceled", false, Canceled)]
    [InlineData(SubscriptionEvent.Snapshot, "incomplete_expired", false, Unpaid)]
    public void Decide_FirstHeard_BeginsHere(string type, string stripeStatus, bool isPaid, SubscriptionStatus to)
    {
        var transition = SubscriptionTransitions.Decide(null, SubscriptionLifeBuilder.Event("evt_1", type, 1, stripeStatus) with { IsInvoicePaid = isPaid });

        Assert.Equal((to, Applied), (transition.To, transition.Outcome));
    }

    [Theory]
    [InlineData(Unpaid, "active", true, Paid, Applied)]
    [InlineData(Unpaid, "active", false, Unpaid, Unchanged)]
    [InlineData(Unpaid, "past_due", true, Unpaid, Unchanged)]
    [InlineData(Unpaid, "canceled", true, Canceled, Applied)]
    [InlineData(Unpaid, "canceled", false, Unpaid, Rejected)]
    [InlineData(Paid, "active", false, Paid, Unchanged)]
    [InlineData(Paid, "unpaid", false, Unpaid, Applied)]
    [InlineData(Paid, "canceled", false, Canceled, Applied)]
    [InlineData(Canceled, "active", true, Canceled, Rejected)]
    public void Decide_Snapshot_SaysWhatWasNotHeard(SubscriptionStatus from, string stripeStatus, bool isPaid, SubscriptionStatus to, AuditOutcome outcome)
    {
        var record = new SubscriptionRecord("sub_1", "cus_1", Livemode: false) { Status = from };

        var transition = SubscriptionTransitions.Decide(record, SubscriptionLifeBuilder.Event("evt_1", SubscriptionEvent.Snapshot, 1, stripeStatus) with { IsInvoicePaid = isPaid });

        Assert.Equal((to, outcome), (transition.To, transition.Outcome));
    }

    /// <summary>They are in stored rows.</summary>
    [Fact]
    public void Names_AreAsStored_Forever()
    {
        Assert.Equal(["Unpaid", "Paid", "Canceled"], Enum.GetNames<SubscriptionStatus>());
        Assert.Equal(["Applied", "Unchanged", "Rejected", "Waiting"], Enum.GetNames<AuditOutcome>());
        Assert.Equal(["None", "Paused", "Ended", "Trialing", "Active", "Overdue"], Enum.GetNames<StripeStanding>());
    }
}
