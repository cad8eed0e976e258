using Azure.Data.Tables;
using Stripe;

namespace BillingFunctions.Webhooks;

/// <summary>How an event is kept in <c>WebhookEvents</c>.</summary>
internal static class InboxEntity
{
    /// <summary>What is larger, compressed, goes into a blob: an entity may have 1 MiB.</summary>
    public const int MaxInline = 700 * 1024;

    /// <summary>A property may have 64 KiB.</summary>
    private const int PieceSize = 60 * 1024;

    private const string PieceName = "Payload";

    public static TableEntity Of(InboxEvent received, DateTimeOffset now)
    {
        var entity = new TableEntity(received.Key.Partition, received.Key.Id)
        {
            ["Type"] = received.Event.Type,
            ["Created"] = DateTimeOffset.FromUnixTimeSeconds(received.Event.Created),
            ["Livemode"] = received.Event.Livemode,
            ["ApiVersion"] = received.Event.ApiVersion,
            ["Status"] = nameof(EventStatus.Received),
            ["ReceivedAt"] = now,
            ["Source"] = received.Source,
        };
        if (received.Compressed.Length <= MaxInline)
        {
            foreach (var (number, piece) in received.Compressed.Chunk(PieceSize).Index())
            {
                entity[$"{PieceName}{number}"] = piece;
            }
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

        // A replay cannot take a time away: columns are merged.
        entity.GetString("Status") == nameof(EventStatus.Received) ? null : entity.GetDateTimeOffset("SettledAt"),
        entity.GetString("Error") is { Length: > 0 } error ? error : null,
        entity.GetString("Source")!);

    /// <summary>The body, compressed; null when it lies in a blob.</summary>
    public static byte[]? PayloadOf(TableEntity entity)
    {
        using var payload = new MemoryStream();
        for (var number = 0; entity.GetBinary($"{PieceName}{number}") is { } piece; number++)
        {
            payload.Write(piece);
        }

        return payload.Length > 0 ? payload.ToArray() : null;
    }
}
