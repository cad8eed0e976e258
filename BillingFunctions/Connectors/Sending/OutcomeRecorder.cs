using System.Text.Json;
using BillingFunctions.Connectors.Outbox;
using BillingFunctions.Connectors.Status;
using BillingFunctions.Connectors.Tasks;
using BillingFunctions.Customers;
using BillingFunctions.Platform.FailedJobs;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Connectors.Sending;

/// <summary>What becomes of an outbox entry, and of the tasks that wait for it, after a call.</summary>
public sealed partial class OutcomeRecorder(
    ConnectorSet connectors,
    ConnectorOutbox outbox,
    ConnectorQueues queues,
    ConnectorTaskStore tasks,
    ConnectorStates states,
    CustomerDirectory directory,
    FailedJobStore failedJobs,
    TimeProvider time,
    ILogger<OutcomeRecorder> logger)
{
    /// <summary>How long a sender has an entry. A call and the wait for its permit take half of it at the most.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(60);

    /// <summary>After so long nobody is still writing the customer of an entry.</summary>
    private static readonly TimeSpan WriterIsGone = TimeSpan.FromMinutes(10);

    /// <summary>When a limit says nothing of when it ends.</summary>
    private static readonly TimeSpan UnknownWait = TimeSpan.FromSeconds(2);

    internal async Task RecordAsync(ICustomerConnector connector, ClaimedCall claimed, ConnectorOutcome outcome, CancellationToken cancellationToken)
    {
        if (outcome is not ConnectorOutcome.Done done)
        {
            await RecordAsync(connector, claimed.Entry, outcome, cancellationToken);
            return;
        }

        // What was to be deleted may never have been made.
        var customer = (done.Snapshot.RemoteId.Length > 0 ? await directory.HearAsync(done.Snapshot, cancellationToken) : null) ?? claimed.Call.Customer;
        await states.NoteSuccessAsync(connector.Name, cancellationToken);
        await SucceedAsync(claimed.Entry, done.Snapshot.RemoteId, ConnectorPlan.For(customer, connector, begun: null, time.GetUtcNow()) is null, cancellationToken);
    }

    /// <summary>Records an outcome other than done.</summary>
    internal Task RecordAsync(ICustomerConnector connector, OutboxEntry entry, ConnectorOutcome outcome, CancellationToken cancellationToken) => outcome switch
    {
        ConnectorOutcome.Failed failed => FailAsync(connector, entry, failed, cancellationToken),
        ConnectorOutcome.TurnedAway wait => PutBackAsync(entry, wait.Reason, wait.RetryAt ?? time.GetUtcNow() + UnknownWait, isQueued: true, cancellationToken),
        ConnectorOutcome.Refused refused => GiveUpAsync(entry, entry.Attempts + 1, refused.Reason, cancellationToken),
        ConnectorOutcome.Unavailable unavailable => PutBackAsync(entry, unavailable.Reason, time.GetUtcNow(), isQueued: false, cancellationToken),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "Not an outcome of a call that is not done"),
    };

    /// <summary>Notes that what an entry is for was sent.</summary>
    /// <param name="entry">The entry.</param>
    /// <param name="remoteId">The id of what has been made or changed.</param>
    /// <param name="isInLine">Whether nothing is left to be sent: then its tasks are done, and it goes, unless somebody has marked it since.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    internal async Task SucceedAsync(OutboxEntry entry, string? remoteId, bool isInLine, CancellationToken cancellationToken)
    {
        if (isInLine)
        {
            await FinishTasksAsync(entry, succeeded: true, entry.Attempts + 1, remoteId, error: null, cancellationToken);
            await RemoveFailedJobAsync(entry, cancellationToken);
            if (await outbox.TryDeleteAsync(entry, cancellationToken))
            {
                return;
            }
        }

        var now = time.GetUtcNow();
        await ChangeAsync(
            entry,
            stored => stored with { LeasedUntil = null, Begun = null, Sent = null, Attempts = 0, Error = null, HasFailedJob = stored.HasFailedJob && !isInLine, Since = now, DueAt = now, Tasks = isInLine ? [.. stored.Tasks.Except(entry.Tasks)] : stored.Tasks },
            cancellationToken);
        await queues.SendAsync(entry.Connector, entry.Subject, at: null, cancellationToken);
    }

    /// <summary>Notes that there was nothing to be sent.</summary>
    /// <returns>False when somebody has marked the entry since it was read.</returns>
    internal async Task<bool> TryFinishAsync(ICustomerConnector connector, OutboxEntry entry, Customer customer, CancellationToken cancellationToken)
    {
        await FinishTasksAsync(entry, succeeded: true, entry.Attempts, customer.CopyIn(connector.Name)?.Id, error: null, cancellationToken);
        await RemoveFailedJobAsync(entry, cancellationToken);
        return await outbox.TryDeleteAsync(entry, cancellationToken);
    }

    /// <summary>Deletes the entry of a customer that was never written: nobody was told that it would be.</summary>
    internal async Task ForgetIfOldAsync(OutboxEntry entry, CancellationToken cancellationToken)
    {
        if (time.GetUtcNow() - entry.Since > WriterIsGone)
        {
            await FinishTasksAsync(entry, succeeded: false, entry.Attempts, remoteId: null, "The customer was never stored.", cancellationToken);
            await outbox.TryDeleteAsync(entry, cancellationToken);
        }
    }

    /// <summary>Has nothing sent for a while if the whole system could not be used, and what waits sent after that.</summary>
    internal async Task HoldIfUnavailableAsync(string connector, IEnumerable<ConnectorOutcome> outcomes, CancellationToken cancellationToken)
    {
        if (outcomes.OfType<ConnectorOutcome.Unavailable>().FirstOrDefault() is { } unavailable)
        {
            var until = await states.HoldAsync(connector, unavailable.Reason, unavailable.For, cancellationToken);
            Log.Held(logger, connector, until, unavailable.Reason);
            await queues.SendAsync(connector, subject: null, until + TimeSpan.FromSeconds(1), cancellationToken);
        }
    }

    /// <summary>Runs a call; when that throws, the entries are given back, so that the next delivery of the message can take them.</summary>
    internal async Task<T> ReleaseUnlessDoneAsync<T>(IReadOnlyList<OutboxEntry> entries, Func<Task<T>> call)
    {
        var isDone = false;
        try
        {
            var result = await call();
            isDone = true;
            return result;
        }
        finally
        {
            foreach (var entry in isDone ? [] : entries)
            {
                await outbox.TryWriteAsync(entry with { LeasedUntil = null }, CancellationToken.None);
            }
        }
    }

    /// <summary>Gives an entry up: into the failed jobs, from where it can be tried again. What somebody has changed since is tried anew, as it is when it was given up before.</summary>
    internal async Task GiveUpAsync(OutboxEntry entry, int attempts, string reason, CancellationToken cancellationToken)
    {
        Log.GivenUp(logger, entry.Connector, entry.Subject, attempts);
        var payload = JsonSerializer.Serialize(new ConnectorDue(entry.Subject, Retry: true));
        await failedJobs.AddAsync(ConnectorSet.QueueNameOf(entry.Connector), entry.Subject, payload, reason, attempts, cancellationToken);
        await FinishTasksAsync(entry, succeeded: false, attempts, remoteId: null, reason, cancellationToken);
        await states.NoteErrorAsync(entry.Connector, reason, cancellationToken);
        var isMarked = false;
        await ChangeAsync(
            entry,
            stored =>
            {
                isMarked = stored.ETag != entry.ETag;
                var next = stored with { LeasedUntil = null, IsGivenUp = true, HasFailedJob = true, Attempts = attempts, Error = reason, Begun = entry.Begun };
                return isMarked ? next.Reopened(time.GetUtcNow()) : next;
            },
            cancellationToken);
        if (isMarked)
        {
            await queues.SendAsync(entry.Connector, entry.Subject, at: null, cancellationToken);
        }
    }

    private Task RemoveFailedJobAsync(OutboxEntry entry, CancellationToken cancellationToken) =>
        entry.HasFailedJob ? failedJobs.RemoveOfAsync(ConnectorSet.QueueNameOf(entry.Connector), entry.Subject, cancellationToken) : Task.CompletedTask;

    private async Task FailAsync(ICustomerConnector connector, OutboxEntry entry, ConnectorOutcome.Failed failed, CancellationToken cancellationToken)
    {
        var (retries, attempts) = (connectors.RetriesOf(connector), entry.Attempts + 1);
        var tried = failed.IsKept && entry.Begun is { } begun ? entry with { Begun = begun with { Number = begun.Number + 1, IsInDoubt = true } } : entry;
        if (attempts >= retries.MaxAttempts)
        {
            await GiveUpAsync(tried, attempts, failed.Reason, cancellationToken);
            return;
        }

        var at = time.GetUtcNow() + retries.After(attempts);
        await ChangeAsync(entry, stored => stored with { LeasedUntil = null, Attempts = attempts, Error = failed.Reason, DueAt = at, Begun = tried.Begun }, cancellationToken);
        await queues.SendAsync(entry.Connector, entry.Subject, at, cancellationToken);
    }

    /// <summary>Without an attempt spent.</summary>
    private async Task PutBackAsync(OutboxEntry entry, string reason, DateTimeOffset at, bool isQueued, CancellationToken cancellationToken)
    {
        await ChangeAsync(entry, stored => stored with { LeasedUntil = null, Error = reason, DueAt = at }, cancellationToken);
        if (isQueued)
        {
            await queues.SendAsync(entry.Connector, entry.Subject, at, cancellationToken);
        }
    }

    /// <summary>Leaves an entry alone that another sender has taken, because this one was too slow.</summary>
    private Task ChangeAsync(OutboxEntry entry, Func<OutboxEntry, OutboxEntry> change, CancellationToken cancellationToken) => outbox.ChangeAsync(
        entry.Connector, entry.Subject, stored => stored is null || stored.LeasedUntil != entry.LeasedUntil ? null : change(stored), cancellationToken);

    private Task FinishTasksAsync(OutboxEntry entry, bool succeeded, int attempts, string? remoteId, string? error, CancellationToken cancellationToken) =>
        tasks.FinishAsync(entry.Tasks, entry.Connector, succeeded, attempts, remoteId, error, cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "{Connector} cannot be used; nothing is sent to it until {Until}: {Reason}")]
        public static partial void Held(ILogger logger, string connector, DateTimeOffset until, string reason);

        [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "{Subject} could not be sent to {Connector} in {Attempts} attempts; it is in the failed jobs.")]
        public static partial void GivenUp(ILogger logger, string connector, string subject, int attempts);
    }
}
