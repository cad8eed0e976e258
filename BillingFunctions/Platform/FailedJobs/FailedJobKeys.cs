using System.Security.Cryptography;
using System.Text;
using BillingFunctions.Platform.Tables;

namespace BillingFunctions.Platform.FailedJobs;

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
    public static (string Partition, string Row)? Of(string id) =>
        id.LastIndexOf('_') is > 0 and var end && IsQueue(id[..end]) && TimeOrderedId.RowKeyOf(id[..end], id) is { } row ? (id[..end], row) : null;

    /// <summary>Whether storage allows a queue of this name.</summary>
    public static bool IsQueue(string name) => name.Length is >= 3 and <= 63 && name.All(letter => char.IsAsciiLetterLower(letter) || char.IsAsciiDigit(letter) || letter == '-');
}
