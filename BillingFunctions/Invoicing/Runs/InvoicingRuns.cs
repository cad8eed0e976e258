using System.Text.Json;
using Azure;
using Azure.Data.Tables;
using BillingFunctions.Invoicing.Report;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Durable;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Storage;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Invoicing.Runs;

/// <summary>
/// Starts runs, and tells how the latest of a month stands. In <c>Runs</c>: each run in partition <c>invoicing</c>, the latest of each month as it was asked for in
/// <c>invoicing-month</c>, and what the sweeper has counted last in <c>invoicing-summary</c>.
/// </summary>
public sealed class InvoicingRuns(TableServiceClient tables, TimeProvider time)
{
    private const string LatestPartition = "invoicing-month";
    private const string SummaryPartition = "invoicing-summary";
    private const string SummaryColumn = "Summary";

    private readonly TableClient _table = tables.GetTableClient(RunTable.Name);

    /// <summary>Starts a run, unless one for the month is under way: that one goes over the customers once more, to take in those that it has passed by. One that broke down is carried on.</summary>
    /// <param name="durable">Starts the orchestration.</param>
    /// <param name="month">A month that has ended.</param>
    /// <param name="requestedBy">The operator, timer or sweeper that asks, as the run shows it.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>The run that is under way now.</returns>
    internal async Task<InvoicingRun> StartAsync(DurableTaskClient durable, BillingMonth month, string requestedBy, CancellationToken cancellationToken)
    {
        while (true)
        {
            var latest = await FindAsync(durable, month.ToString(), cancellationToken);
            if (latest?.Status == InvoicingRunStatus.Running)
            {
                if (await TryAskForPassAsync(latest, cancellationToken))
                {
                    return latest;
                }

                continue;
            }

            // Of several that ask at once one makes its run the latest, and the others start that one. It is stored before it is scheduled: should the process die
            // in between, the sweeper schedules it.
            var run = latest is { Status: InvoicingRunStatus.Queued or InvoicingRunStatus.Failed } ? latest.Restarted() : NewRun(month, requestedBy);
            if (await TryClaimAsync(run, latest?.Id, cancellationToken))
            {
                return await ScheduleAsync(durable, run, cancellationToken);
            }
        }
    }

    /// <summary>
    /// Ends a run that is completed or failed, unless it has to go over the customers once more. Of the end and of a start that comes at the same time one is first, since
    /// both change the month's row: the start either has the run make another pass, or finds it ended.
    /// </summary>
    /// <returns>How many further starts were given until now. If that is more than a completed run knows of, it has not ended.</returns>
    internal async Task<int> EndAsync(InvoicingRun run, CancellationToken cancellationToken)
    {
        while (true)
        {
            var row = await _table.FindAsync<TableEntity>(LatestPartition, run.Month, cancellationToken);
            var latest = row is null ? null : RunTable.Read<InvoicingRun>(row);
            if (latest?.Id == run.Id && latest.FinishedAt is null)
            {
                if (run.Status == InvoicingRunStatus.Completed && latest.FurtherStarts > run.FurtherStarts)
                {
                    return latest.FurtherStarts;
                }

                if (await _table.TryWriteAsync(RunTable.RowOf(LatestPartition, run.Month, run with { FurtherStarts = latest.FurtherStarts }), row!.ETag, cancellationToken) is null)
                {
                    continue;
                }
            }

            await SaveAsync(run, cancellationToken);
            return run.FurtherStarts;
        }
    }

    /// <summary>The latest run of a month as it stands, or null. While it is under way its numbers are those of its orchestration.</summary>
    internal async Task<InvoicingRun?> FindAsync(DurableTaskClient durable, string month, CancellationToken cancellationToken)
    {
        var run = await FindLatestAsync(month, cancellationToken);
        if (run is null or { FinishedAt: not null })
        {
            return run;
        }

        var instance = await durable.GetInstanceAsync(run.Id, getInputsAndOutputs: true, cancellationToken);
        return instance?.RuntimeStatus switch
        {
            null or OrchestrationRuntimeStatus.Pending => run,
            OrchestrationRuntimeStatus.Completed => await FindLatestAsync(month, cancellationToken),
            OrchestrationRuntimeStatus.Failed => Ended(instance.FailureDetails?.ErrorMessage ?? "The run broke down. The log says why.", isStopped: false),
            OrchestrationRuntimeStatus.Terminated => Ended("The run was stopped. Start it again.", isStopped: true),
            _ => (instance.SerializedCustomStatus is null ? run : instance.ReadCustomStatusAs<InvoicingRun>() ?? run) with { Status = InvoicingRunStatus.Running },
        };

        InvoicingRun Ended(string error, bool isStopped) =>
            run with { Status = InvoicingRunStatus.Failed, FinishedAt = instance.LastUpdatedAt, Error = error, IsStopped = isStopped };
    }

    /// <summary>Writes the run as it is now.</summary>
    internal Task SaveAsync(InvoicingRun run, CancellationToken cancellationToken) =>
        _table.UpsertEntityAsync(RunTable.RowOf(InvoicingRun.Kind, RowOf(run), run), TableUpdateMode.Replace, cancellationToken);

    /// <summary>Makes this the latest run of its month: of several at once, one succeeds.</summary>
    /// <param name="run">The run.</param>
    /// <param name="latestId">The run that is the latest now; null when there is none.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    /// <returns>False when another run is the latest.</returns>
    internal async Task<bool> TryClaimAsync(InvoicingRun run, string? latestId, CancellationToken cancellationToken)
    {
        var row = await _table.FindAsync<TableEntity>(LatestPartition, run.Month, cancellationToken);
        var latest = row is null ? null : RunTable.Read<InvoicingRun>(row);
        var claimed = latest?.Id == run.Id ? run with { FurtherStarts = latest.FurtherStarts } : run;
        if (latest?.Id != latestId || await _table.TryWriteAsync(RunTable.RowOf(LatestPartition, run.Month, claimed), row?.ETag ?? default, cancellationToken) is null)
        {
            return false;
        }

        await SaveAsync(run, cancellationToken);
        return true;
    }

    /// <summary>The latest so many months that have had a run, latest first. Their number grows by twelve a year, so all are read, keys only.</summary>
    /// <param name="count">How many at most.</param>
    /// <param name="before">Only months before this one; null for all.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    internal async Task<IReadOnlyList<string>> ListMonthsAsync(int count, string? before, CancellationToken cancellationToken) => await _table
        .QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {LatestPartition}"), select: [nameof(TableEntity.RowKey)], cancellationToken: cancellationToken)
        .Select(row => row.RowKey).Where(month => before is null || string.CompareOrdinal(month, before) < 0).OrderDescending(StringComparer.Ordinal).Take(count).ToListAsync(cancellationToken);

    /// <summary>What the sweeper has counted last for a month; null before it has.</summary>
    internal async Task<InvoicingSummary?> FindSummaryAsync(string month, CancellationToken cancellationToken) =>
        await _table.FindAsync<TableEntity>(SummaryPartition, month, cancellationToken) is { } row
            ? JsonSerializer.Deserialize<InvoicingSummary>(row.GetString(SummaryColumn), StoredJson.Options)
            : null;

    internal Task SaveSummaryAsync(string month, InvoicingSummary summary, CancellationToken cancellationToken) => _table.UpsertEntityAsync(
        new TableEntity(SummaryPartition, month) { ["AsOf"] = summary.AsOf, [SummaryColumn] = JsonSerializer.Serialize(summary, StoredJson.Options) },
        TableUpdateMode.Replace,
        cancellationToken);

    /// <summary>Has the sweeper look at a month again, however old: something in it has opened. A month without a summary is taken for open.</summary>
    internal Task ReopenAsync(string month, CancellationToken cancellationToken) => _table.DeleteEntityAsync(SummaryPartition, month, ETag.All, cancellationToken);

    /// <summary>Has a run that is under way go over the customers once more when it has come to their end.</summary>
    /// <returns>False when it has ended meanwhile, or another start was noted at the same moment.</returns>
    private async Task<bool> TryAskForPassAsync(InvoicingRun running, CancellationToken cancellationToken)
    {
        var row = await _table.FindAsync<TableEntity>(LatestPartition, running.Month, cancellationToken);
        return row is not null && RunTable.Read<InvoicingRun>(row) is { FinishedAt: null } latest && latest.Id == running.Id
            && await _table.TryWriteAsync(RunTable.RowOf(LatestPartition, latest.Month, latest with { FurtherStarts = latest.FurtherStarts + 1 }), row.ETag, cancellationToken) is not null;
    }

    private static string RowOf(InvoicingRun run) =>
        RunId.RowKeyOf<InvoicingRun>(run.Id) ?? throw new ArgumentException($"{run.Id} is not the id of a run.", nameof(run));

    private static async Task<InvoicingRun> ScheduleAsync(DurableTaskClient durable, InvoicingRun run, CancellationToken cancellationToken)
    {
        try
        {
            await durable.ScheduleNewOrchestrationInstanceAsync(nameof(InvoicingOrchestrator), run, Starts.OneAtATime(run.Id), cancellationToken);
        }
        catch (Exception refusal) when (refusal is not OperationCanceledException)
        {
            // Another caller was faster. The exception depends on the host.
            if (await durable.GetInstanceAsync(run.Id, cancellationToken) is not { IsCompleted: false })
            {
                throw;
            }
        }

        return run;
    }

    private InvoicingRun NewRun(BillingMonth month, string requestedBy)
    {
        var now = time.GetUtcNow();
        return new InvoicingRun { Id = RunId.New<InvoicingRun>(now), Month = month.ToString(), RequestedBy = requestedBy, StartedAt = now };
    }

    /// <summary>The latest run of a month as it is stored. Between being made the latest and being saved it has no row of its own, and between being ended and being saved an old one.</summary>
    internal async Task<InvoicingRun?> FindLatestAsync(string month, CancellationToken cancellationToken)
    {
        if (await _table.FindAsync<TableEntity>(LatestPartition, month, cancellationToken) is not { } row)
        {
            return null;
        }

        var claimed = RunTable.Read<InvoicingRun>(row);
        return claimed.FinishedAt is not null ? claimed : await _table.FindAsync<TableEntity>(InvoicingRun.Kind, RowOf(claimed), cancellationToken) is { } own ? RunTable.Read<InvoicingRun>(own) : claimed;
    }
}
