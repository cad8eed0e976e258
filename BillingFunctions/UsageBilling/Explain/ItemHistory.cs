using BillingFunctions.Platform.Explaining;
using BillingFunctions.UsageBilling.Items;
using BillingFunctions.UsageBilling.Ledger;

namespace BillingFunctions.UsageBilling.Explain;

/// <summary>Writes down in an item's own row what has happened to it on its way to Stripe. The attempts of a call that goes on are in its entry of the outbox.</summary>
internal static class ItemHistory
{
    public const string Attempted = "attempted";
    public const string Sent = "sent";
    public const string Removed = "removed";
    public const string Found = "found";
    public const string GivenUp = "given_up";

    /// <summary>That Stripe was told.</summary>
    /// <param name="now">The current time.</param>
    /// <param name="sent">What Stripe has now.</param>
    /// <param name="isFound">Whether it was found there, because the answer to a call before was lost.</param>
    /// <param name="requestId">The id of the request, <c>req_…</c>.</param>
    /// <param name="entry">What was to be done.</param>
    public static Moment TellOf(DateTimeOffset now, SentLine? sent, bool isFound, string? requestId, OutboxEntry entry) => Moment.Now(now, isFound ? Found : sent is null ? Removed : Sent) with
    {
        Attempt = entry.Attempts.Count + 1,
        StripeRequestId = requestId,
        ReplyCode = requestId is null ? null : 200,
        Detail = sent is null ? null : $"{sent.StripeInvoiceId}: {sent.Amount} {entry.Item?.Currency}{(sent.Credited == 0 ? "" : $", {sent.Credited} credited")}",
    };

    /// <summary>The history of an item whose entry is done.</summary>
    public static string? WithEnd(OutboxEntry entry, Moment told) => Journal.With(entry.Item!.History, [.. AttemptsOf(entry), told]);

    /// <summary>The history of an item whose entry is given up.</summary>
    public static string? WithGivenUp(UsageItem item, OutboxEntry entry, DateTimeOffset now) =>
        Journal.With(item.History, [.. AttemptsOf(entry), Moment.Now(now, GivenUp) with { Detail = entry.GivenUp }]);

    /// <summary>The attempts that have failed.</summary>
    public static IEnumerable<Moment> AttemptsOf(OutboxEntry entry) => entry.Attempts.Select((attempt, number) => new Moment(attempt.At.ToUnixTimeMilliseconds(), Attempted)
    {
        Attempt = number + 1,
        Detail = attempt.Reason,
        CallId = attempt.CallId,
        StripeRequestId = attempt.StripeRequestId,
        ReplyCode = attempt.ReplyCode,
    });
}
