using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using Stripe;

namespace BillingFunctions.Webhooks;

/// <summary>How an event is kept in <c>WebhookEvents</c>.</summary>
internal static class InboxEntity
{
    /// <summary>What is larger goes into a blob: an entity may have 1 MiB.</summary>
    public const int MaxInline = 700 * 1024;

    /// <summary>A property may have 64 KiB.</summary>
    private const int PieceSize = 60 * 1024;

    private const int Partitions = 4;

    private const string PieceName = "Payload";

    public static TableEntity Of(InboxEvent received, DateTimeOffset now)
    {
        var (partition, row) = KeysOf(received.Id);
        var entity = new TableEntity(partition, row)
        {
            ["Type"] = received.Event.Type,
            ["Created"] = DateTimeOffset.FromUnixTimeSeconds(received.Event.Created),
            ["Livemode"] = received.Event.Livemode,
            ["ApiVersion"] = received.Event.ApiVersion,
            ["Status"] = nameof(EventStatus.Received),
            ["ReceivedAt"] = now,
            ["Source"] = received.Source,
        };
        if (received.Payload.Length > MaxInline)
        {
            return entity;
        }

        for (var piece = 0; piece * PieceSize < received.Payload.Length; piece++)
        {
            entity[$"{PieceName}{piece}"] = received.Payload.AsSpan(piece * PieceSize, Math.Min(PieceSize, received.Payload.Length - (piece * PieceSize))).ToArray();
        }

        return entity;
    }

    public static StoredEvent Read(TableEntity entity) => new(
        entity.RowKey,
        entity.GetString("Type")!,
        entity.GetDateTimeOffset("Created")!.Value,
        entity.GetBoolean("Livemode") ?? false,
        entity.GetString("ApiVersion"),
        entity.GetString("ApiVersion") != StripeConfiguration.ApiVersion,
        Enum.Parse<EventStatus>(entity.GetString("Status")!),
        entity.GetDateTimeOffset("ReceivedAt")!.Value,
        entity.GetDateTimeOffset("SettledAt"),
        entity.GetString("Error") is { Length: > 0 } error ? error : null,
        entity.GetString("Source")!);

    /// <summary>The body; null when it lies in a blob.</summary>
    public static byte[]? PayloadOf(TableEntity entity)
    {
        if (!entity.ContainsKey(PieceName + "0"))
        {
            return null;
        }

        using var payload = new MemoryStream();
        for (var piece = 0; entity.TryGetValue($"{PieceName}{piece}", out var bytes); piece++)
        {
            payload.Write((byte[])bytes!);
        }

        return payload.ToArray();
    }

    /// <summary>Four partitions: enough for 8,000 rows a second, and few enough that events which arrive together share transactions. See docs/decisions/0005-webhook-inbox.md.</summary>
    public static (string Partition, string Row) KeysOf(string eventId) => ($"{SHA256.HashData(Encoding.UTF8.GetBytes(eventId))[0] % Partitions}", eventId);
}
