using BillingFunctions.Subscriptions.Access;
using BillingFunctions.Subscriptions.History;
using static BillingFunctions.Subscriptions.History.AuditOutcome;
using static BillingFunctions.Subscriptions.History.SubscriptionStatus;

namespace BillingFunctions.Tests.Subscriptions.History;

public sealed class SubscriptionTransitionsTests
{
    [Theory]
    [InlineData(null, SubscriptionChange.Created, Unpaid, Applied)]
    [InlineData(null, SubscriptionChange.Lapsed, null, Waiting)]
    [InlineData(null, SubscriptionChange.Paid, null, Waiting)]
    [InlineData(null, SubscriptionChange.Updated, null, Waiting)]
    [InlineData(null, SubscriptionChange.Deleted, null, Waiting)]
    [InlineData(Unpaid, SubscriptionChange.Created, Unpaid, Unchanged)]
    [InlineData(Unpaid, SubscriptionChange.Lapsed, Unpaid, Unchanged)]
    [InlineData(Unpaid, SubscriptionChange.Paid, Paid, Applied)]
    [InlineData(Unpaid, SubscriptionChange.Updated, Unpaid, Unchanged)]
    [InlineData(Unpaid, SubscriptionChange.Deleted, Unpaid, Rejected)]
    [InlineData(Paid, SubscriptionChange.Created, Paid, Unchanged)]
    [InlineData(Paid, SubscriptionChange.Lapsed, Unpaid, Applied)]
    [InlineData(Paid, SubscriptionChange.Paid, Paid, Unchanged)]
    [InlineData(Paid, SubscriptionChange.Updated, Paid, Unchanged)]
    [InlineData(Paid, SubscriptionChange.Deleted, Canceled, Applied)]
    [InlineData(Canceled, SubscriptionChange.Created, Canceled, Rejected)]
    [InlineData(Canceled, SubscriptionChange.Lapsed, Canceled, Rejected)]
    [InlineData(Canceled, SubscriptionChange.Paid, Canceled, Rejected)]
    [InlineData(Canceled, SubscriptionChange.Updated, Canceled, Rejected)]
    [InlineData(Canceled, SubscriptionChange.Deleted, Canceled, Unchanged)]
    public void Of_StatusAndChange_IsThisRow(SubscriptionStatus? from, SubscriptionChange change, SubscriptionStatus? to, AuditOutcome outcome)
    {
        var transition = SubscriptionTransitions.Of(from, change);

        Assert.Equal((to, outcome), (transition.To, transition.Outcome));
        Assert.NotEmpty(transition.Reason);
    }

    [Fact]
    public void Of_EveryPair_HasARow()
    {
        SubscriptionStatus?[] statuses = [null, .. Enum.GetValues<SubscriptionStatus>()];

        Assert.All(
            from status in statuses from change in Enum.GetValues<SubscriptionChange>() select (status, change),
            pair => SubscriptionTransitions.Of(pair.status, pair.change));
    }

    /// <summary>They are in stored rows.</summary>
    [Fact]
    public void Names_AreAsStored_Forever()
    {
        Assert.Equal(["Unpaid", "Paid", "Canceled"], Enum.GetNames<SubscriptionStatus>());
        Assert.Equal(["Applied", "Unchanged", "Rejected", "Waiting"], Enum.GetNames<AuditOutcome>());
        Assert.Equal(["None", "Paused", "Ended"], Enum.GetNames<SubscriptionHold>());
        Assert.Equal(
            [(SubscriptionChange.Created, 0), (SubscriptionChange.Lapsed, 1), (SubscriptionChange.Paid, 2), (SubscriptionChange.Updated, 3), (SubscriptionChange.Deleted, 4)],
            Enum.GetValues<SubscriptionChange>().Select(change => (change, (int)change)));
    }
}
