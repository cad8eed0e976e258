using System.Globalization;

namespace BillingFunctions.Webhooks.Inbox;

/// <summary>
/// The place of an event in <c>WebhookEvents</c>. An event's time is the same each time it is delivered, so that it may be part of the key: a partition is a minute.
/// Events that arrive together are of the same minute mostly and share a transaction; partitions stay small; the newest come first.
/// </summary>
/// <param name="Id"><c>evt_…</c>.</param>
/// <param name="Created">When it happened, Unix time.</param>
public sealed record EventKey(string Id, long Created)
{
    /// <summary>Enough for all times until the year 2480.</summary>
    private const int LastMinute = 0xfffffff;

    internal string Partition => (LastMinute - Math.Clamp(Created / 60, 0, LastMinute)).ToString("x7", CultureInfo.InvariantCulture);

    /// <summary>As a cursor.</summary>
    internal string Text => string.Create(CultureInfo.InvariantCulture, $"{Created}.{Id}");

    /// <summary>What <see cref="Text"/> has written; null for anything else.</summary>
    internal static EventKey? Parse(string text) =>
        text.Split('.', 2) is [var created, var id] && long.TryParse(created, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? new EventKey(id, seconds) : null;
}
