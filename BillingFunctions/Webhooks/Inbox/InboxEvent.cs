using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Serialization;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Webhooks.Applying;

namespace BillingFunctions.Webhooks.Inbox;

/// <summary>An event as it goes into the inbox.</summary>
/// <param name="Event">What was read from it.</param>
/// <param name="Payload">The raw body.</param>
/// <param name="Source">Who brought it: <c>webhook</c> or <c>reconciler</c>.</param>
internal sealed record InboxEvent(StripeEvent Event, byte[] Payload, string Source)
{
    public EventKey Key { get; } = EventKey.From(Event);

    /// <summary>W3C trace context of the call that has brought it; null outside of one.</summary>
    public string? TraceParent { get; } = Activity.Current?.Id;

    /// <summary>The payload as it is stored and queued.</summary>
    public byte[] Compressed { get; } = Brotli.Compress(Payload);
}

/// <summary>How far an event is. Stored by name: never rename.</summary>
public enum EventStatus
{
    /// <summary>Stored, not applied yet.</summary>
    Received = 0,

    Applied = 1,

    /// <summary>Nothing here has to do with events of its type, or it is foreign.</summary>
    Ignored = 2,

    /// <summary>Could not be applied; the failed job has the reason.</summary>
    Failed = 3,
}

/// <summary>What came of applying an event.</summary>
/// <param name="Key">The event.</param>
/// <param name="Status">How far it is.</param>
/// <param name="Error">Why it could not be applied, or is ignored; null if it was applied.</param>
internal sealed record EventOutcome(EventKey Key, EventStatus Status, string? Error = null);

/// <summary>An event in the inbox.</summary>
/// <param name="Id"><c>evt_…</c>.</param>
/// <param name="Type">Such as <c>invoice.paid</c>.</param>
/// <param name="Created">When it happened, by Stripe.</param>
/// <param name="Livemode">Whether it is about real money.</param>
/// <param name="ApiVersion">The API version it was written in.</param>
/// <param name="ApiVersionMismatch">Whether that is another than ours.</param>
/// <param name="Status">How far it is.</param>
/// <param name="ReceivedAt">When it came.</param>
/// <param name="SettledAt">When it was applied, ignored or given up.</param>
/// <param name="Error">Why it could not be applied the last time, or is ignored.</param>
/// <param name="Source">Who brought it: <c>webhook</c> or <c>reconciler</c>.</param>
/// <param name="Key">Its place in the inbox.</param>
public sealed record StoredEvent(
    string Id,
    string Type,
    DateTimeOffset Created,
    bool Livemode,
    string? ApiVersion,
    bool ApiVersionMismatch,
    EventStatus Status,
    DateTimeOffset ReceivedAt,
    DateTimeOffset? SettledAt,
    string? Error,
    string Source,
    [property: JsonIgnore] EventKey Key)
{
    /// <summary>Whether nothing is left to be done.</summary>
    [JsonIgnore]
    public bool IsSettled => Status is EventStatus.Applied or EventStatus.Ignored;
}

/// <summary>
/// The place of an event in <c>WebhookEvents</c>. An event's time is the same each time it is delivered, so that it may be part of the key: a partition is a minute.
/// Events that arrive together are of the same minute mostly and share a transaction; partitions stay small; the newest come first.
/// </summary>
/// <param name="Id"><c>evt_…</c>.</param>
/// <param name="Created">When it happened, Unix time.</param>
/// <param name="Part">A digest of what it is about: two events of one id, but of different types or about different objects, are two events.</param>
public sealed record EventKey(string Id, long Created, string Part)
{
    /// <summary>Enough for all times until the year 2480.</summary>
    private const int LastMinute = 0xfffffff;

    private const char Separator = '|';

    internal string Partition => PartitionOf(Created);

    internal string Row => $"{TableKey.From(Id)}{Separator}{Part}";

    /// <summary>As a cursor.</summary>
    internal string Text => string.Create(CultureInfo.InvariantCulture, $"{Created}.{Part}.{Id}");

    internal static EventKey From(StripeEvent stripeEvent) => new(stripeEvent.Id, stripeEvent.Created, Convert.ToHexStringLower(
        SHA256.HashData(Encoding.UTF8.GetBytes($"{stripeEvent.Type}\n{stripeEvent.Object.Text("id")}")).AsSpan(0, 4)));

    /// <summary>The partition of events of a time, in Unix seconds.</summary>
    internal static string PartitionOf(long created) => (LastMinute - Math.Clamp(created / 60, 0, LastMinute)).ToString("x7", CultureInfo.InvariantCulture);

    /// <summary>The rows that an id may have: behind the first text and before the second.</summary>
    internal static (string Behind, string Before) RowsOf(string id) => ($"{TableKey.From(id)}{Separator}", $"{TableKey.From(id)}{(char)(Separator + 1)}");

    /// <summary>The key of a row.</summary>
    internal static EventKey FromRow(string row, DateTimeOffset created)
    {
        var separator = row.LastIndexOf(Separator);
        return new EventKey(TableKey.ToId(row[..separator]), created.ToUnixTimeSeconds(), row[(separator + 1)..]);
    }

    /// <summary>What <see cref="Text"/> has written; null for anything else.</summary>
    internal static EventKey? Parse(string text) =>
        text.Split('.', 3) is [var created, var part, var id] && long.TryParse(created, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds) ? new EventKey(id, seconds, part) : null;
}
