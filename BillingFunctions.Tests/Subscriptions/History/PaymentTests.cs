using BillingFunctions.Subscriptions.History;
using BillingFunctions.Testing.Builders;

namespace BillingFunctions.Tests.Subscriptions.History;

/// <summary>Which payments pay a subscription: while Stripe calls it overdue, only its latest invoice, whole; otherwise any invoice of it.</summary>
public sealed class PaymentTests
{
    [Fact]
    public void Fold_OlderDebtPaidWhileOverdue_ChangesNothing() => AssertStaysUnpaid(Overdue("past_due").Paid("in_2"));

    [Fact]
    public void Fold_OlderDebtPaidWhileUnpaidAtStripe_ChangesNothing() => AssertStaysUnpaid(Overdue("unpaid").Paid("in_2", type: "invoice.payment_succeeded"));

    [Fact]
    public void Fold_OlderDebtOfNothingPaidWhileOverdue_ChangesNothing() => AssertStaysUnpaid(Overdue("past_due").Paid("in_2", amount: 0));

    [Fact]
    public void Fold_OlderDebtPaidInTheSecondOfTheLapse_ChangesNothing() => AssertStaysUnpaid(Overdue("past_due").Paid("in_2", after: 0));

    [Fact]
    public void Fold_NewerInvoiceWhileOverdue_TheOneBeforeIsNoLongerTheLatest() => AssertStaysUnpaid(Overdue("past_due").Updated("past_due", "in_4").Paid("in_3"));

    [Fact]
    public void Fold_PartOfTheLatestPaidWhileOverdue_ChangesNothing() => AssertStaysUnpaid(Overdue("past_due").Paid("in_3", "open", "invoice.payment_succeeded"));

    [Fact]
    public void Fold_PartOfTheFirstPaid_ChangesNothing() =>
        AssertStaysUnpaid(new SubscriptionWordsBuilder().Created("incomplete", "in_1").Paid("in_1", "open", "invoice.payment_succeeded"));

    [Theory]
    [InlineData("past_due")]
    [InlineData("unpaid")]
    public void Fold_LatestPaidWhileOverdue_IsPaid(string status) => AssertPaid(Overdue(status).Paid("in_3"));

    [Fact]
    public void Fold_LatestPaidInTheSecondOfTheLapse_IsPaid() => AssertPaid(Overdue("past_due").Paid("in_3", after: 0));

    [Fact]
    public void Fold_LatestUnknownWhileOverdue_AnyPays() =>
        AssertPaid(new SubscriptionWordsBuilder().Created("active").Paid("in_1").Updated("past_due").Paid("in_2"));

    [Theory]
    [InlineData("in_1", 1250)]
    [InlineData("in_7", 1250)]
    [InlineData("in_1", 0)]
    public void Fold_AnyPaidWhileNotOverdue_IsPaid(string invoice, long amount) =>
        AssertPaid(new SubscriptionWordsBuilder().Created("incomplete", "in_1").Paid(invoice, amount: amount));

    private static SubscriptionWordsBuilder Overdue(string status) => new SubscriptionWordsBuilder().Created("active", "in_1").Paid("in_1").Updated(status, "in_3");

    private static void AssertStaysUnpaid(SubscriptionWordsBuilder words)
    {
        var history = words.Read();

        Assert.Equal(SubscriptionStatus.Unpaid, history.Record!.Status);
        Assert.Equal((SubscriptionStatus.Unpaid, AuditOutcome.Unchanged), (history.Audit[^1].To, history.Audit[^1].Outcome));
        Assert.False(words.Access().Allowed);
    }

    private static void AssertPaid(SubscriptionWordsBuilder words)
    {
        Assert.Equal(SubscriptionStatus.Paid, words.Read().Record!.Status);
        Assert.True(words.Access().Allowed);
    }
}
