using System.Runtime.CompilerServices;
using System.Text.Json;
using Azure.Data.Tables;
using BillingFunctions.Platform.Storage;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Platform.Runs;

/// <summary>A piece of work of some length, such as an export. It is stored whole; what is named here stands beside it for queries and for whoever reads the table.</summary>
public interface IRun
{
    /// <summary>The partition of all runs of the kind.</summary>
    static abstract string Kind { get; }

    /// <summary>What the ids of the kind begin with.</summary>
    static abstract string IdPrefix { get; }

    string Id { get; }

    string StatusName { get; }

    DateTimeOffset StartedAt { get; }

    DateTimeOffset? FinishedAt { get; }
}

/// <summary>The ids of runs, which carry the time they were made at.</summary>
public static class RunId
{
    public static string New<TRun>(DateTimeOffset now)
        where TRun : IRun => TimeOrderedId.New(TRun.IdPrefix, now);

    /// <summary>Whether a run of the kind may have this id.</summary>
    public static bool Is<TRun>(string text)
        where TRun : IRun => RowKeyOf<TRun>(text) is not null;

    public static string? RowKeyOf<TRun>(string id)
        where TRun : IRun => TimeOrderedId.RowKeyOf(TRun.IdPrefix, id);
}

/// <summary>The runs of a kind in <c>Runs</c>: partition is the kind, newest first.</summary>
public sealed class RunStore<TRun>(TableServiceClient tables)
    where TRun : class, IRun
{
    private readonly TableClient _table = tables.GetTableClient(RunTable.Name);
    private readonly VersionedRows<TableEntity, TRun> _rows = RunTable.Rows<TRun>(tables);

    /// <summary>The run; null when there is none, or the text is not an id.</summary>
    public async Task<TRun?> FindAsync(string id, CancellationToken cancellationToken) =>
        RunId.RowKeyOf<TRun>(id) is { } row ? await _rows.FindAsync(TRun.Kind, row, cancellationToken) : null;

    /// <summary>Writes the run as it is now. For runs with one writer at a time.</summary>
    public Task SaveAsync(TRun run, CancellationToken cancellationToken) =>
        _table.UpsertEntityAsync(RunTable.RowOf(TRun.Kind, RunId.RowKeyOf<TRun>(run.Id)!, run), TableUpdateMode.Replace, cancellationToken);

    /// <summary>Changes the run. Safe while others do so too.</summary>
    /// <param name="id">The run.</param>
    /// <param name="change">Computes the new run from the stored one, which is null when there is none; null when nothing is to be written. May be called several times.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    /// <returns>The run that was written; null when nothing was to be written.</returns>
    public async Task<TRun?> ChangeAsync(string id, Func<TRun?, TRun?> change, CancellationToken cancellationToken) =>
        (await _rows.ChangeAsync(TRun.Kind, RunId.RowKeyOf<TRun>(id)!, run => new(change(run)), cancellationToken)).Written;

    /// <summary>Runs older than <paramref name="after"/>, newest first.</summary>
    /// <param name="after">The id of a run; null for the newest.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    public async IAsyncEnumerable<TRun> ListAsync(string? after, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var from = after is null ? "" : RunId.RowKeyOf<TRun>(after);
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {TRun.Kind} and RowKey gt {from}");
        await foreach (var row in _table.QueryAsync<TableEntity>(filter, maxPerPage: 100, cancellationToken: cancellationToken))
        {
            yield return RunTable.Read<TRun>(row);
        }
    }

    /// <summary>Removes runs that ended before a time, each after what belongs to it.</summary>
    /// <param name="endedBefore">Runs that ended at this time or later stay.</param>
    /// <param name="removeFiles">Removes the files of a run. It is called again if the removal of the run does not come to its end.</param>
    /// <param name="cancellationToken">Stops the removal between two runs.</param>
    /// <returns>The number of runs removed.</returns>
    internal Task<int> RemoveFinishedAsync(DateTimeOffset endedBefore, Func<TRun, CancellationToken, Task> removeFiles, CancellationToken cancellationToken)
    {
        // What began later has not ended before.
        var from = RunId.RowKeyOf<TRun>(RunId.New<TRun>(endedBefore));
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {TRun.Kind} and RowKey gt {from} and FinishedAt lt {endedBefore}");
        return _table.RemoveAsync(
            _table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken).Select(async (row, token) =>
            {
                await removeFiles(RunTable.Read<TRun>(row), token);
                return row;
            }),
            cancellationToken);
    }

    /// <summary>Runs with one of some statuses, newest first.</summary>
    /// <param name="since">Only runs whose ids were made since.</param>
    /// <param name="savedBefore">Only runs that were not written since, by the clock of storage.</param>
    /// <param name="statuses">The statuses by name, at least one.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    internal IAsyncEnumerable<TRun> ListAsync(DateTimeOffset since, DateTimeOffset savedBefore, IEnumerable<string> statuses, CancellationToken cancellationToken)
    {
        var last = RunId.RowKeyOf<TRun>(RunId.New<TRun>(since));
        var wanted = string.Join(" or ", statuses.Select(status => TableClient.CreateQueryFilter($"Status eq {status}")));
        var filter = TableClient.CreateQueryFilter($"PartitionKey eq {TRun.Kind} and RowKey lt {last}") + $" and ({wanted})";
        return _table.QueryAsync<TableEntity>(filter, cancellationToken: cancellationToken).Where(row => row.Timestamp < savedBefore).Select(RunTable.Read<TRun>);
    }
}

/// <summary>How runs are kept.</summary>
internal static class RunTable
{
    public const string Name = "Runs";

    /// <summary>The column with the whole run. The columns beside it are for queries, and for whoever reads the table.</summary>
    private const string Run = nameof(Run);

    /// <summary>Adds the store of a kind of runs.</summary>
    public static IServiceCollection AddRuns<TRun>(this IServiceCollection services)
        where TRun : class, IRun => services.AddTable(Name).AddSingleton<RunStore<TRun>>();

    public static VersionedRows<TableEntity, TRun> Rows<TRun>(TableServiceClient tables)
        where TRun : class, IRun => new(tables.GetTableClient(Name), Read<TRun>, RowOf);

    public static TableEntity RowOf<TRun>(string partition, string row, TRun run)
        where TRun : IRun
    {
        var entity = new TableEntity(partition, row) { ["Status"] = run.StatusName, ["StartedAt"] = run.StartedAt, ["FinishedAt"] = run.FinishedAt };
        LargeColumn.Write(entity, Run, Brotli.CompressJson(run));
        return entity;
    }

    /// <summary>Former versions of the app wrote one column, invoicing runs as text.</summary>
    public static TRun Read<TRun>(TableEntity row) => row.TryGetValue(Run, out var whole)
        ? whole is string json ? JsonSerializer.Deserialize<TRun>(json, StoredJson.Options)! : Brotli.DecompressJson<TRun>((byte[])whole)
        : Brotli.DecompressJson<TRun>(LargeColumn.Read(row, Run));
}
