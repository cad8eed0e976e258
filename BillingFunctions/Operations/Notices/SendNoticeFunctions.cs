using System.Text.Json;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Notices;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Operations.Notices;

/// <summary>
/// Sends the notices of the queue, each until its receiver takes it or the last attempt fails, which ends in the failed jobs. A message delivered twice sends a notice
/// twice, with one id.
/// </summary>
public sealed class SendNoticeFunctions(NoticeSender sender, NoticeQueue queue, FailedJobStore failedJobs, PoisonMessages messages)
{
    /// <summary>The waits between attempts: 25 hours in all, so that a receiver may be down for a day.</summary>
    private static readonly TimeSpan[] Backoff =
        [TimeSpan.FromSeconds(5), TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(10), TimeSpan.FromHours(1), TimeSpan.FromHours(6), TimeSpan.FromHours(18)];

    [Function("SendNoticeFunction")]
    public async Task SendAsync([QueueTrigger(Notice.Queue, Connection = StorageConnection.Name)] Notice notice, CancellationToken cancellationToken)
    {
        Edge.About("notice_id", notice.Id);
        if (await sender.SendAsync(notice, cancellationToken) is not { } reason)
        {
            Edge.EndsAs("sent");
            return;
        }

        var tried = notice with { Attempts = notice.Attempts + 1 };
        if (tried.Attempts <= Backoff.Length)
        {
            Edge.EndsAs("tried again later");
            await queue.EnqueueAsync(tried, cancellationToken, Backoff[tried.Attempts - 1]);
            return;
        }

        // Retried, it has all its attempts again.
        Edge.EndsAs("given up");
        await failedJobs.AddAsync(Notice.Queue, notice.Id, JsonSerializer.Serialize(notice with { Attempts = 0 }), reason, tried.Attempts, cancellationToken);
    }

    /// <summary>Takes a notice that could not be processed into the failed jobs. May run twice: one notice has one failed job.</summary>
    [Function("SendNoticePoisonQueueFunction")]
    public async Task GiveUpAsync([QueueTrigger($"{Notice.Queue}-poison", Connection = StorageConnection.Name)] string text, CancellationToken cancellationToken)
    {
        if (await messages.ReadAsync<Notice>(Notice.Queue, text, notice => Notice.IsUrl(notice.Url), cancellationToken) is { } notice)
        {
            await failedJobs.AddAsync(Notice.Queue, notice.Id, text, "It could not be processed. The log says why.", PoisonMessages.Deliveries, cancellationToken);
        }
    }
}
