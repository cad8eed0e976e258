using System.Text.Json;
using BillingFunctions.Connectors.Status;
using BillingFunctions.Customers.Merging;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Connectors.Salesforce.Inbound;

/// <summary>
/// Reads once a minute what has changed in Salesforce, the oldest first, whether a notice has told of it or not. The watermark in <see cref="ConnectorState"/> says up to when
/// everything was taken in; it begins with the first run, so that records which nobody has changed since then are not brought in. Salesforce shows a change when it is committed,
/// with the time at which it was made: each run begins two minutes before the watermark. While the connector is paused or held nothing is read, and when a call fails the watermark
/// stays: the next run goes on from there. An idle minute costs one call.
/// </summary>
public sealed partial class ReadSalesforceChangesFunction(
    SalesforceRecords records,
    TakeRecords take,
    ChangeMemory memory,
    ConnectorStates states,
    FailedJobStore failedJobs,
    TimeProvider time,
    ILogger<ReadSalesforceChangesFunction> logger)
{
    private const string EveryMinute = "0 * * * * *";

    /// <summary>After so many records the watermark is stored, so that a run which is cut off need not begin anew.</summary>
    private const int Batch = 200;

    /// <summary>In how many runs a change that cannot be taken in holds the watermark. Then it is given up, or all later changes would be read again for ever.</summary>
    private const int MaxAttempts = 5;

    private static readonly TimeSpan Overlap = TimeSpan.FromMinutes(2);

    [Function(nameof(ReadSalesforceChangesFunction))]
    public async Task RunAsync([TimerTrigger(EveryMinute)] TimerInfo timer, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var state = await states.ReadAsync(SalesforceRecords.System, cancellationToken);
        if (state.Watermark is not { } watermark)
        {
            await AdvanceAsync(now, cancellationToken);
            return;
        }

        if (state.IsStopped(now))
        {
            Edge.EndsAs("stopped");
            return;
        }

        try
        {
            var count = await ReadAsync(watermark, cancellationToken);
            if (count > 0)
            {
                Log.Taken(logger, count);
            }
        }
        catch (SalesforceException failure)
        {
            Log.NotRead(logger, failure.Message);
            await states.NoteErrorAsync(SalesforceRecords.System, failure.Message, cancellationToken);
        }
    }

    private async Task<int> ReadAsync(DateTimeOffset watermark, CancellationToken cancellationToken)
    {
        var (since, oldestLeft, count) = (watermark - Overlap, DateTimeOffset.MaxValue, 0);
        memory.ForgetBefore(since);
        await foreach (var batch in records.ReadChangesAsync(since, cancellationToken).Chunk(Batch))
        {
            List<CustomerSnapshot> changes = [.. batch.Where(record => !memory.IsTaken(record))];
            var left = await TakeAsync(changes, cancellationToken);
            (oldestLeft, count) = (Earlier(oldestLeft, left), count + changes.Count);
            var next = Earlier(batch[^1].ChangedAt, oldestLeft);
            if (next > watermark)
            {
                watermark = next;
                await AdvanceAsync(next, cancellationToken);
            }
        }

        return count;
    }

    /// <returns>When the oldest of those was changed that have to be read again.</returns>
    private async Task<DateTimeOffset> TakeAsync(List<CustomerSnapshot> changes, CancellationToken cancellationToken)
    {
        var notTaken = await take.RunAsync(changes, cancellationToken);
        foreach (var taken in changes.Except(notTaken.Select(one => one.Record)))
        {
            memory.NoteTaken(taken);
        }

        var oldest = DateTimeOffset.MaxValue;
        foreach (var one in notTaken)
        {
            if (memory.NoteNotTaken(one.Record) < MaxAttempts)
            {
                oldest = Earlier(oldest, one.Record.ChangedAt);
            }
            else
            {
                await GiveUpAsync(one, cancellationToken);
            }
        }

        return oldest;
    }

    private async Task GiveUpAsync(RecordNotTaken one, CancellationToken cancellationToken)
    {
        var id = one.Record.RemoteId;
        if (one.Failure is { } failure)
        {
            Log.GivenUp(logger, id, MaxAttempts);
            var payload = JsonSerializer.Serialize(new SalesforceNotice([id]));
            await failedJobs.AddAsync(SalesforceNotice.Queue, id, payload, $"{failure.GetType().Name}: {failure.Message}", MaxAttempts, cancellationToken);
        }
        else
        {
            Log.Refused(logger, id, MaxAttempts);
        }

        memory.NoteTaken(one.Record);
    }

    private async Task AdvanceAsync(DateTimeOffset watermark, CancellationToken cancellationToken) => await states.ChangeAsync(
        SalesforceRecords.System, state => state.Watermark >= watermark ? null : state with { Watermark = watermark }, cancellationToken);

    private static DateTimeOffset Earlier(DateTimeOffset one, DateTimeOffset other) => one < other ? one : other;

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "{Count} changes in Salesforce were read.")]
        public static partial void Taken(ILogger logger, int count);

        [LoggerMessage(EventId = 2, Level = LogLevel.Warning, Message = "Not all changes in Salesforce could be read; the next run goes on: {Reason}")]
        public static partial void NotRead(ILogger logger, string reason);

        [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "Salesforce's record {RecordId} could not be taken in {Attempts} times in succession; it is in the failed jobs.")]
        public static partial void GivenUp(ILogger logger, string recordId, int attempts);

        [LoggerMessage(EventId = 4, Level = LogLevel.Warning, Message = "Salesforce's record {RecordId} belongs to a customer that has another record, or was written by us each of {Attempts} times that it was read; its change is left out.")]
        public static partial void Refused(ILogger logger, string recordId, int attempts);
    }
}
