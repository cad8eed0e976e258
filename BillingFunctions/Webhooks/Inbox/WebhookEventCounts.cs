namespace BillingFunctions.Webhooks.Inbox;

/// <summary>How many events Stripe has made lately.</summary>
/// <param name="Since">From when on.</param>
/// <param name="Total">In all; 20,000 for that many and more.</param>
/// <param name="Statuses">By status.</param>
public sealed record WebhookEventCounts(DateTimeOffset Since, int Total, IReadOnlyList<WebhookEventCount> Statuses)
{
    /// <summary>More are not counted.</summary>
    internal const int Limit = 20_000;

    internal static readonly TimeSpan Counted = TimeSpan.FromHours(1);

    internal static WebhookEventCounts From(DateTimeOffset since, IReadOnlyList<EventStatus> statuses) =>
        new(since, statuses.Count, [.. Enum.GetValues<EventStatus>().Select(status => new WebhookEventCount(status, statuses.Count(one => one == status)))]);
}

/// <summary>How many events have a status.</summary>
/// <param name="Status">The status.</param>
/// <param name="Count">How many.</param>
public sealed record WebhookEventCount(EventStatus Status, int Count);
