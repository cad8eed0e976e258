using System.Text.Json;
using BillingFunctions.Testing.Builders;

namespace BillingFunctions.Tests.Subscriptions.Access;

/// <summary>Where nothing is due there is nothing to pay: access follows Stripe's status.</summary>
public sealed class NothingDueTests
{
    private const long Day = SubscriptionWordsBuilder.Day;

    [Fact]
    public void Access_ActiveWithoutInvoice_IsAllowed() => AssertAllowed("nothing_due", new SubscriptionWordsBuilder().Created("active"));

    [Fact]
    public void Access_Trial_IsAllowed() => AssertAllowed("trialing", new SubscriptionWordsBuilder().Created("trialing", "in_1"));

    [Fact]
    public void Access_TrialAfterAnUpdate_IsAllowed() => AssertAllowed("trialing", new SubscriptionWordsBuilder().Created("incomplete", "in_1").Updated("trialing", "in_1"));

    [Fact]
    public void Access_MeteredAtItsFirstRenewal_IsAllowedUntilStripeSaysOverdue()
    {
        var words = new SubscriptionWordsBuilder().Created("active").Updated("active", "in_2");
        AssertAllowed("nothing_due", words);

        Assert.False(words.Updated("past_due", "in_2").Access().Allowed);
    }

    [Fact]
    public void Access_SentInvoiceBeforeItsDueDate_IsAllowed()
    {
        var words = SentInvoice(days: 14);
        AssertAllowed("not_yet_due", words);
        AssertAllowed("not_yet_due", words, after: 13 * Day);

        Assert.False(words.Access(after: 15 * Day).Allowed);
    }

    [Fact]
    public void Access_SentInvoiceMarkedOverdue_IsRefused() => Assert.False(SentInvoice(days: 14).Updated("past_due", "in_1").Access().Allowed);

    [Fact]
    public void Access_SentInvoiceDueAfterThePeriod_IsAllowedUntilThen() => AssertAllowed("not_yet_due", SentInvoice(days: 60), after: 40 * Day);

    [Theory]
    [InlineData("incomplete")]
    [InlineData("past_due")]
    [InlineData("unpaid")]
    [InlineData("paused")]
    [InlineData("incomplete_expired")]
    public void Access_StripeDoesNotLetThemIn_IsRefused(string status) => Assert.False(new SubscriptionWordsBuilder().Created(status, "in_1").Access().Allowed);

    [Fact]
    public void Access_PeriodOverAndNothingHeard_IsRefused() => Assert.False(new SubscriptionWordsBuilder().Created("active").Access(after: 31 * Day).Allowed);

    private static SubscriptionWordsBuilder SentInvoice(int days) =>
        new SubscriptionWordsBuilder().Created("active", "in_1", ("collection_method", "send_invoice"), ("days_until_due", days));

    private static void AssertAllowed(string reason, SubscriptionWordsBuilder words, long after = 0)
    {
        var access = words.Access(after);
        Assert.True(access.Allowed, access.Reason.ToString());
        Assert.Equal(reason, JsonNamingPolicy.SnakeCaseLower.ConvertName(access.Reason.ToString()));
        Assert.True(access.Until > words.Now.AddSeconds(after));
    }
}
