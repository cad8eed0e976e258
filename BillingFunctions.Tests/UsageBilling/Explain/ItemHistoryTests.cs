using BillingFunctions.Platform.Explaining;
using BillingFunctions.UsageBilling.Explain;
using BillingFunctions.UsageBilling.Items;
using BillingFunctions.UsageBilling.Ledger;

namespace BillingFunctions.Tests.UsageBilling.Explain;

public sealed class ItemHistoryTests
{
    private static readonly DateTimeOffset Now = DateTimeOffset.UnixEpoch.AddYears(56);

    private static readonly UsageItem Item = new()
    {
        Id = "ii_1",
        Line = new InvoiceLine(700, null, null, null, Now),
        Currency = "usd",
        Period = "2026-01",
        CreatedAt = Now,
        UpdatedAt = Now,
    };

    private static readonly OutboxEntry TriedTwice = Item.ToEntry(Now) with
    {
        Attempts =
        [
            new FailedAttempt(Now.AddSeconds(1), "Stripe answered 500") { ReplyCode = 500, StripeRequestId = "req_1", CallId = "a" },
            new FailedAttempt(Now.AddSeconds(9), "Stripe did not answer in time."),
        ],
    };

    [Fact]
    public void WithEnd_AtTheThirdAttempt_HasAllThreeWithTheirRequests()
    {
        var told = ItemHistory.TellOf(Now.AddSeconds(20), new SentLine("in_1", "il_1", 700), isFound: false, "req_3", TriedTwice);

        var moments = Journal.Read(ItemHistory.WithEnd(TriedTwice, told));

        Assert.Equal([(1, "req_1", 500), (2, null, null), (3, "req_3", 200)], moments.Select(moment => (moment.Attempt!.Value, moment.StripeRequestId, moment.ReplyCode)));
        Assert.Equal([ItemHistory.Attempted, ItemHistory.Attempted, ItemHistory.Sent], moments.Select(moment => moment.What));
        Assert.Equal("in_1: 700 usd", moments[^1].Detail);
    }

    [Fact]
    public void WithGivenUp_KeepsTheAttemptsForWhoRetriesIt()
    {
        var given = Item with { History = ItemHistory.WithGivenUp(Item, TriedTwice with { GivenUp = "discarded" }, Now) };

        var again = Journal.Read(ItemHistory.WithEnd(given.ToEntry(Now), ItemHistory.TellOf(Now, new SentLine("in_1", null, 700), isFound: true, requestId: null, given.ToEntry(Now))));

        Assert.Equal([ItemHistory.Attempted, ItemHistory.Attempted, ItemHistory.GivenUp, ItemHistory.Found], again.Select(moment => moment.What));
        Assert.Null(again[^1].ReplyCode);
    }
}
