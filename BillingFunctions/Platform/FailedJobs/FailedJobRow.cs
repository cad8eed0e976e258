using System.Globalization;
using System.Text;
using Azure.Data.Tables;

namespace BillingFunctions.Platform.FailedJobs;

/// <summary>How a failed job is stored.</summary>
internal static class FailedJobRow
{
    public const string Id = nameof(FailedJob.Id);
    public const string RetriedAt = nameof(FailedJob.RetriedAt);

    /// <summary>A column may have 64 KiB.</summary>
    private const int PieceSize = 64 * 1024;

    private const int MaxError = 8_000;

    /// <summary>All columns but the rest of a long payload.</summary>
    public static readonly string[] ListColumns =
    [
        nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), Id, nameof(FailedJob.JobId), nameof(FailedJob.Error), nameof(FailedJob.Attempts),
        nameof(FailedJob.FailedAt), RetriedAt, nameof(FailedJob.PayloadBytes), PieceName(0),
    ];

    public static TableEntity Of(string id, string jobId, string payload, string error, int attempts, DateTimeOffset failedAt)
    {
        var (partition, row) = FailedJobKeys.Of(id)!.Value;
        var bytes = Encoding.UTF8.GetBytes(payload);
        var entity = new TableEntity(partition, row)
        {
            [Id] = id,
            [nameof(FailedJob.JobId)] = jobId,
            [nameof(FailedJob.Error)] = error.Length <= MaxError ? error : FailedJob.Beginning(error, MaxError) + "…",
            [nameof(FailedJob.Attempts)] = attempts,
            [nameof(FailedJob.FailedAt)] = failedAt,
            [nameof(FailedJob.PayloadBytes)] = bytes.Length,
        };
        if (bytes.Length <= FailedJobStore.MaxPayload)
        {
            foreach (var (number, piece) in bytes.Chunk(PieceSize).Index())
            {
                entity[PieceName(number)] = piece;
            }
        }

        return entity;
    }

    public static FailedJob Read(TableEntity entity)
    {
        var length = entity.GetInt32(nameof(FailedJob.PayloadBytes)) ?? 0;
        return new FailedJob(
            entity.GetString(Id)!,
            entity.PartitionKey,
            entity.GetString(nameof(FailedJob.JobId))!,
            entity.GetString(nameof(FailedJob.Error))!,
            entity.GetInt32(nameof(FailedJob.Attempts)) ?? 0,
            entity.GetDateTimeOffset(nameof(FailedJob.FailedAt)) ?? default,
            entity.GetDateTimeOffset(RetriedAt),
            length)
        {
            Payload = length <= FailedJobStore.MaxPayload ? PayloadOf(entity) : null,
            Version = entity.ETag,
        };
    }

    private static string PayloadOf(TableEntity entity)
    {
        using var payload = new MemoryStream();
        for (var number = 0; entity.GetBinary(PieceName(number)) is { } piece; number++)
        {
            payload.Write(piece);
        }

        return Encoding.UTF8.GetString(payload.GetBuffer().AsSpan(0, (int)payload.Length));
    }

    private static string PieceName(int number) => string.Create(CultureInfo.InvariantCulture, $"Payload{number}");
}
