using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Platform.FailedJobs;

/// <summary>How a failed job is stored.</summary>
internal static class FailedJobRow
{
    public const string Id = nameof(FailedJob.Id);
    public const string RetriedAt = nameof(FailedJob.RetriedAt);

    private const string PayloadColumn = "Payload";

    private const int MaxError = 8_000;

    /// <summary>All columns but the rest of a long payload.</summary>
    public static readonly string[] ListColumns =
    [
        nameof(TableEntity.PartitionKey), nameof(TableEntity.RowKey), Id, nameof(FailedJob.JobId), nameof(FailedJob.Error), nameof(FailedJob.Attempts),
        nameof(FailedJob.FailedAt), RetriedAt, nameof(FailedJob.PayloadBytes), LargeColumn.FirstPieceOf(PayloadColumn),
    ];

    public static TableEntity From(string id, string jobId, string payload, string error, int attempts, DateTimeOffset failedAt)
    {
        var (partition, row) = FailedJobKeys.From(id)!.Value;
        var bytes = Encoding.UTF8.GetBytes(payload);
        var entity = new TableEntity(partition, row)
        {
            [Id] = id,
            [nameof(FailedJob.JobId)] = jobId,
            [nameof(FailedJob.Error)] = ShortText.Of(error, MaxError),
            [nameof(FailedJob.Attempts)] = attempts,
            [nameof(FailedJob.FailedAt)] = failedAt,
            [nameof(FailedJob.PayloadBytes)] = bytes.Length,
        };
        if (bytes.Length <= FailedJobStore.MaxPayload)
        {
            LargeColumn.Write(entity, PayloadColumn, bytes);
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
            Payload = length <= FailedJobStore.MaxPayload ? Encoding.UTF8.GetString(LargeColumn.Read(entity, PayloadColumn)) : null,
            Version = entity.ETag,
        };
    }
}

/// <summary>
/// The keys in <c>FailedJobs</c>. A partition is a queue; in it are the jobs, newest first, and behind them a row for each job id that leads to the job.
/// One more partition has the names of the queues.
/// </summary>
internal static class FailedJobKeys
{
    /// <summary>No queue can be called so.</summary>
    public const string Queues = "_queues";

    /// <summary>Behind the rows of all jobs, which begin with a hex digit.</summary>
    public const string EndOfJobs = "g";

    public static string NewId(string queue, DateTimeOffset failedAt) => TimeOrderedId.New(queue, failedAt);

    public static string RowOfJobId(string jobId) => $"job|{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(jobId)))}";

    /// <summary>Where the job with this id is; null when it is not the id of one.</summary>
    public static (string Partition, string Row)? From(string id) =>
        id.LastIndexOf('_') is > 0 and var end && IsQueue(id[..end]) && TimeOrderedId.RowKeyOf(id[..end], id) is { } row ? (id[..end], row) : null;

    /// <summary>Whether storage allows a queue of this name.</summary>
    public static bool IsQueue(string name) => name.Length is >= 3 and <= 63 && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');
}
