using System.Runtime.ExceptionServices;
using System.Text.Json;
using BillingFunctions.Connectors.Status;
using BillingFunctions.Customers.Merging;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Connectors.Salesforce.Inbound;

/// <summary>
/// Reads the records of a notice, in one call, and takes them in. May run twice. While the connector is paused or held, and when Salesforce cannot be used, the notice is dropped:
/// <see cref="ReadSalesforceChangesFunction"/> reads everything that has changed since, as soon as it can. A record that is gone is not read; deletions in Salesforce are not
/// followed.
/// </summary>
public sealed partial class ReadSalesforceNoticesFunction(
    SalesforceRecords records,
    TakeRecords take,
    SalesforceNotices notices,
    ConnectorStates states,
    FailedJobStore failedJobs,
    PoisonMessages messages,
    TimeProvider time,
    ILogger<ReadSalesforceNoticesFunction> logger)
{
    private const int MaxIds = 100;

    /// <summary>How often records are read that we are just writing.</summary>
    private const int MaxRepeats = 5;

    /// <summary>By then a write of ours has mostly ended.</summary>
    private static readonly TimeSpan RepeatDelay = TimeSpan.FromSeconds(2);

    [Function(nameof(ReadSalesforceNoticesFunction))]
    public async Task RunAsync([QueueTrigger(SalesforceNotice.Queue, Connection = StorageConnection.Name)] SalesforceNotice notice, CancellationToken cancellationToken)
    {
        notice.Describe();
        if ((await states.ReadAsync(SalesforceRecords.System, cancellationToken)).IsStopped(time.GetUtcNow()))
        {
            Edge.EndsAs("stopped");
            return;
        }

        if (await ReadAsync(notice, cancellationToken) is { } found)
        {
            var left = await take.RunAsync(found, cancellationToken);
            await RepeatAsync(notice, [.. left.Where(one => one.Failure is null).Select(one => one.Record.RemoteId)], cancellationToken);
            await SeparateAsync(notice, [.. left.Where(one => one.Failure is not null)], cancellationToken);
        }
    }

    /// <summary>Takes a message that cannot be read, or whose record cannot be taken in, into the failed jobs.</summary>
    [Function("SalesforceNoticesPoisonQueueFunction")]
    public async Task GiveUpAsync([QueueTrigger($"{SalesforceNotice.Queue}-poison", Connection = StorageConnection.Name)] string message, CancellationToken cancellationToken)
    {
        var notice = await messages.ReadAsync<SalesforceNotice>(SalesforceNotice.Queue, message, IsOurs, cancellationToken);
        foreach (var id in notice?.Ids ?? [])
        {
            await failedJobs.AddAsync(
                SalesforceNotice.Queue,
                id,
                JsonSerializer.Serialize(new SalesforceNotice([id])),
                "The record was read several times, and each time it could not be taken in or the function was killed.",
                PoisonMessages.Deliveries,
                cancellationToken);
        }
    }

    private static bool IsOurs(SalesforceNotice notice) => notice.Ids.Count is > 0 and <= MaxIds && notice.Ids.All(SalesforceId.IsValid);

    /// <returns>Null when the records cannot be read now.</returns>
    private async Task<IReadOnlyList<CustomerSnapshot>?> ReadAsync(SalesforceNotice notice, CancellationToken cancellationToken)
    {
        try
        {
            return await records.ReadAsync(notice.Ids, cancellationToken);
        }
        catch (SalesforceException failure) when (failure is { Failure: SalesforceFailure.TurnedAway, RetryAt: { } at })
        {
            await notices.SendAsync(notice, at - time.GetUtcNow(), cancellationToken);
            Edge.EndsAs("turned_away");
        }
        catch (SalesforceException failure)
        {
            Log.NotRead(logger, notice.Ids.Count, failure.Message);
            Edge.EndsAs("dropped");
        }

        return null;
    }

    private async Task RepeatAsync(SalesforceNotice notice, IReadOnlyList<string> ids, CancellationToken cancellationToken)
    {
        if (ids.Count > 0 && notice.Repeats < MaxRepeats)
        {
            await notices.SendAsync(new SalesforceNotice(ids, notice.Repeats + 1), RepeatDelay, cancellationToken);
        }
    }

    /// <summary>Has each record that has failed read by a message of its own; one that is alone already is delivered again by the queue.</summary>
    private async Task SeparateAsync(SalesforceNotice notice, IReadOnlyList<RecordNotTaken> failed, CancellationToken cancellationToken)
    {
        if (notice.Ids.Count == 1 && failed is [{ Failure: { } failure }])
        {
            ExceptionDispatchInfo.Throw(failure);
        }

        foreach (var one in failed)
        {
            await notices.SendAsync(new SalesforceNotice([one.Record.RemoteId]), delay: null, cancellationToken);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "A notice of {Count} Salesforce records is dropped; the next read of changes finds them: {Reason}")]
        public static partial void NotRead(ILogger logger, int count, string reason);
    }
}
