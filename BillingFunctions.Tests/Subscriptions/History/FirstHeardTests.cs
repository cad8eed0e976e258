using BillingFunctions.Subscriptions.History;
using BillingFunctions.Testing.Builders;

namespace BillingFunctions.Tests.Subscriptions.History;

/// <summary>Accounts are older than this app: the first event that carries a subscription makes its record, whichever that is.</summary>
public sealed class FirstHeardTests
{
    [Theory]
    [InlineData("customer.subscription.updated", "active")]
    [InlineData("customer.subscription.updated", "past_due")]
    [InlineData("customer.subscription.trial_will_end", "trialing")]
    [InlineData("customer.subscription.paused", "paused")]
    public void Fold_FirstEventThatCarriesIt_MakesTheRecord(string type, string status)
    {
        var history = new SubscriptionWordsBuilder().Subscription(type, status).Read();

        Assert.Equal((SubscriptionStatus.Unpaid, status), (history.Record!.Status, history.Record.StripeStatus));
        var origin = Assert.Single(history.Audit);
        Assert.Equal((null, SubscriptionStatus.Unpaid, AuditOutcome.Applied), (origin.From, origin.To, origin.Outcome));
        Assert.Contains(type, origin.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Fold_DeletionIsAllThatIsHeard_IsKnownAndRefused()
    {
        var words = new SubscriptionWordsBuilder().Deleted();

        Assert.Equal("canceled", words.Read().Record!.StripeStatus);
        Assert.False(words.Access().Allowed);
    }

    [Fact]
    public void Fold_PaymentBeforeTheFirstEventThatCarriesIt_Counts()
    {
        var history = new SubscriptionWordsBuilder().Paid("in_1").Updated("active", "in_1").Read();

        Assert.Equal(SubscriptionStatus.Paid, history.Record!.Status);
        Assert.Equal(["evt_001", "evt_000"], history.Audit.Select(entry => entry.EventId));
    }

    [Fact]
    public void Fold_CreatedComesAfterAll_IsTheOriginAgain()
    {
        var history = new SubscriptionWordsBuilder().Created("incomplete", "in_1").Paid("in_1").Updated("active", "in_1").Updated("past_due", "in_2").Deleted().Read();

        Assert.Equal("evt_000", history.Audit[0].EventId);
        Assert.Equal(SubscriptionStatus.Unpaid, history.Record!.Status);
    }

    [Fact]
    public void Fold_LapseInTheSecondOfTheFirstEventThatCarriesIt_ComesAfterWhatWasPaidBefore()
    {
        var paid = SubscriptionLifeBuilder.Event("evt_0", "invoice.paid", SubscriptionLifeBuilder.Start);
        var first = SubscriptionLifeBuilder.Event("evt_1", "customer.subscription.updated", SubscriptionLifeBuilder.Start + 1, "past_due");
        var last = first with { Id = "evt_2", StripeStatus = "unpaid", PreviousStripeStatus = "past_due" };

        var history = SubscriptionHistory.Fold([paid, first, last]);

        Assert.Equal(["evt_1", "evt_0", "evt_2"], history.Audit.Select(entry => entry.EventId));
        Assert.Equal((SubscriptionStatus.Unpaid, "unpaid"), (history.Record!.Status, history.Record.StripeStatus));
    }

    [Fact]
    public void Fold_PaidThenCanceledWithoutItsBeginning_IsCanceled() =>
        Assert.Equal(SubscriptionStatus.Canceled, new SubscriptionWordsBuilder().Updated("active", "in_5").Paid("in_5").Deleted().Read().Record!.Status);
}
