using BillingFunctions.Subscriptions.Access;
using BillingFunctions.Subscriptions.History;

namespace BillingFunctions.Tests.Subscriptions.Access;

public sealed class AccessDecisionTests
{
    private static readonly DateTimeOffset Now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);
    private static readonly TimeSpan ThreeDays = TimeSpan.FromDays(3);

    [Fact]
    public void Of_NoSubscription_IsRefused() =>
        Assert.Equal(new AccessDecision(false, AccessReason.NoSubscription, null, null), AccessDecision.From([], ThreeDays, Now));

    [Fact]
    public void Of_Paid_IsAllowedUntilThePeriodEnds() =>
        Assert.Equal(new AccessDecision(true, AccessReason.Paid, "sub_1", Now.AddDays(9)), Decide(Paid("sub_1", Now.AddDays(9))));

    [Fact]
    public void Of_PaidWithoutKnownPeriod_IsAllowed() =>
        Assert.Equal(new AccessDecision(true, AccessReason.Paid, "sub_1", null), Decide(Paid("sub_1", null)));

    [Theory]
    [InlineData(0, 0, AccessReason.RenewalDue)]
    [InlineData(119, 0, AccessReason.RenewalDue)]
    [InlineData(120, 0, AccessReason.PeriodEnded)]
    [InlineData(120, 1, AccessReason.RenewalDue)]
    [InlineData(179, 1, AccessReason.RenewalDue)]
    [InlineData(180, 1, AccessReason.PeriodEnded)]
    public void Of_PaidWithoutNewsSincePeriodEnd_IsAllowedForAWhile(int minutesAgo, int graceHours, AccessReason reason)
    {
        var (end, grace) = (Now.AddMinutes(-minutesAgo), TimeSpan.FromHours(graceHours));

        var decision = AccessDecision.From([Paid("sub_1", end)], grace, Now);

        var allowed = reason == AccessReason.RenewalDue;
        Assert.Equal(new AccessDecision(allowed, reason, "sub_1", allowed ? end + AccessDecision.RenewalSlack + grace : null), decision);
    }

    [Fact]
    public void Of_PastDueWithinGrace_IsAllowedUntilItEnds()
    {
        var since = Now - ThreeDays + TimeSpan.FromSeconds(1);

        Assert.Equal(new AccessDecision(true, AccessReason.GracePeriod, "sub_1", since + ThreeDays), Decide(PastDue("sub_1", since)));
    }

    [Fact]
    public void Of_PastDueAfterGrace_IsRefused() =>
        Assert.Equal(new AccessDecision(false, AccessReason.PastDue, "sub_1", null), Decide(PastDue("sub_1", Now - ThreeDays)));

    [Fact]
    public void Of_PastDueWithoutGrace_IsRefusedAtOnce() =>
        Assert.Equal(AccessReason.PastDue, AccessDecision.From([PastDue("sub_1", Now)], TimeSpan.Zero, Now).Reason);

    [Fact]
    public void Of_NeverPaid_IsRefused() =>
        Assert.Equal(new AccessDecision(false, AccessReason.Unpaid, "sub_1", null), Decide(new SubscriptionAccess("sub_1", SubscriptionStatus.Unpaid, StripeStanding.None, null, null)));

    [Theory]
    [InlineData(SubscriptionStatus.Canceled, StripeStanding.None, AccessReason.Canceled)]
    [InlineData(SubscriptionStatus.Unpaid, StripeStanding.Ended, AccessReason.Canceled)]
    [InlineData(SubscriptionStatus.Paid, StripeStanding.Ended, AccessReason.Canceled)]
    [InlineData(SubscriptionStatus.Paid, StripeStanding.Paused, AccessReason.Paused)]
    public void Of_EndedOrPaused_IsRefusedEvenInItsPeriodAndInGrace(SubscriptionStatus status, StripeStanding standing, AccessReason reason) =>
        Assert.Equal(new AccessDecision(false, reason, "sub_1", null), Decide(new SubscriptionAccess("sub_1", status, standing, Now.AddDays(9), Now)));

    [Fact]
    public void Of_Several_TheBestOneCounts()
    {
        var canceled = new SubscriptionAccess("sub_0", SubscriptionStatus.Canceled, StripeStanding.Ended, null, null);
        var overdue = PastDue("sub_1", Now - ThreeDays);

        Assert.Equal("sub_1", Decide(canceled, overdue).SubscriptionId);
        Assert.Equal("sub_2", Decide(canceled, overdue, PastDue("sub_2", Now)).SubscriptionId);
        Assert.Equal("sub_3", Decide(PastDue("sub_2", Now), Paid("sub_3", Now.AddDays(9)), canceled).SubscriptionId);
        Assert.Equal("sub_4", Decide(Paid("sub_3", Now.AddDays(9)), Paid("sub_4", Now.AddDays(10))).SubscriptionId);
        Assert.Equal("sub_5", Decide(Paid("sub_4", Now.AddDays(10)), Paid("sub_5", null)).SubscriptionId);
        Assert.Equal("sub_4", Decide(Paid("sub_5", null), Paid("sub_4", null)).SubscriptionId);
    }

    [Fact]
    public void With_WhatIsOlder_ChangesNothing()
    {
        var known = CustomerSubscriptions.None.With(new(3, Paid("sub_1", null))).With(new(1, Paid("sub_2", null)));

        Assert.Same(known, known.With(new(2, PastDue("sub_1", Now))));
        Assert.Same(known, known.With(new(3, Paid("sub_1", null))));
        Assert.Equal(2, known.With(new(4, PastDue("sub_1", Now))).Subscriptions.Count);
        Assert.Contains(new(4, PastDue("sub_1", Now)), known.With(new(4, PastDue("sub_1", Now))).Subscriptions);
    }

    private static AccessDecision Decide(params SubscriptionAccess[] subscriptions) => AccessDecision.From(subscriptions, ThreeDays, Now);

    private static SubscriptionAccess Paid(string id, DateTimeOffset? end) => new(id, SubscriptionStatus.Paid, StripeStanding.None, end, null);

    private static SubscriptionAccess PastDue(string id, DateTimeOffset since) => new(id, SubscriptionStatus.Unpaid, StripeStanding.None, null, since);
}
