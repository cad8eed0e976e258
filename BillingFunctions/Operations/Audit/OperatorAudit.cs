using Azure.Data.Tables;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Operations.Audit;

/// <summary>
/// What operators did, in <c>OperatorActions</c>: one partition, newest first. Written before the action and completed after it, so that none is without its entry. One that
/// is completed has a row also in the partition of each thing that it names, by which those about a thing are found at once.
/// </summary>
public sealed class OperatorAudit(TableServiceClient tables)
{
    public const string Table = "OperatorActions";

    private const string Partition = "actions";
    private const string IdPrefix = "act";
    private const string AboutPrefix = "about|";

    /// <summary>The column with the whole action; the columns beside it are for queries.</summary>
    private const string Entry = nameof(Entry);

    private readonly TableClient _table = tables.GetTableClient(Table);

    public static string NewId(DateTimeOffset now) => TimeOrderedId.New(IdPrefix, now);

    /// <summary>Whether a text can be the id of an action.</summary>
    public static bool IsId(string text) => TimeOrderedId.RowKeyOf(IdPrefix, text) is not null;

    /// <summary>Writes the action as it is now.</summary>
    public async Task SaveAsync(OperatorAction action, CancellationToken cancellationToken)
    {
        await WriteAsync(Partition, action, cancellationToken);
        await Task.WhenAll(action.About.Values.Where(TableKey.IsValid).Distinct().Select(value => WriteAsync(PartitionAbout(value), action, cancellationToken)));
    }

    /// <summary>The newest actions that name a thing.</summary>
    /// <param name="value">What they name, such as a month or an id.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    internal async Task<IReadOnlyList<OperatorAction>> ListAboutAsync(string value, int count, CancellationToken cancellationToken) => TableKey.IsValid(value)
        ? await _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {PartitionAbout(value)}"), count, cancellationToken: cancellationToken).Take(count).Select(Read).ToListAsync(cancellationToken)
        : [];

    /// <summary>Actions older than <paramref name="after"/>, newest first.</summary>
    /// <param name="filter">The actions that are asked for.</param>
    /// <param name="after">The id of an action; null for the newest.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    internal IAsyncEnumerable<OperatorAction> ListAsync(ActionFilter filter, string? after, CancellationToken cancellationToken)
    {
        var from = after is null ? "" : TimeOrderedId.RowKeyOf(IdPrefix, after);
        return _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey gt {from}") + filter.ToOData(), cancellationToken: cancellationToken)
            .Select(Read)
            .Where(filter.IsAbout);
    }

    /// <summary>Removes actions from before a time.</summary>
    /// <returns>How many.</returns>
    internal async Task<int> RemoveAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var from = TimeOrderedId.RowKeyOf(IdPrefix, NewId(before));
        await RemoveAsync(TableClient.CreateQueryFilter($"PartitionKey ne {Partition} and RowKey gt {from}"), cancellationToken);
        return await RemoveAsync(TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and RowKey gt {from}"), cancellationToken);
    }

    private static string PartitionAbout(string value) => AboutPrefix + TableKey.From(value);

    private static OperatorAction Read(TableEntity row) => Brotli.DecompressJson<OperatorAction>(row.GetBinary(Entry));

    private Task<int> RemoveAsync(string filter, CancellationToken cancellationToken) =>
        _table.RemoveAsync(_table.QueryAsync<TableEntity>(filter, select: TableRemoval.Columns, cancellationToken: cancellationToken), cancellationToken);

    private async Task WriteAsync(string partition, OperatorAction action, CancellationToken cancellationToken)
    {
        var row = new TableEntity(partition, TimeOrderedId.RowKeyOf(IdPrefix, action.Id))
        {
            [nameof(OperatorAction.Who)] = action.Who,
            [nameof(OperatorAction.Action)] = action.Action,
            [nameof(OperatorAction.Outcome)] = action.Outcome.ToString(),
            [Entry] = Brotli.CompressJson(action),
        };
        await _table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
    }
}

/// <summary>Which actions are asked for; null stands for any.</summary>
/// <param name="Who">Who did it.</param>
/// <param name="Action">What was called.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="About">A value that it was about, such as a month or an id.</param>
internal sealed record ActionFilter(string? Who, string? Action, ActionOutcome? Outcome, string? About)
{
    public string ToOData() => Clause(nameof(Who), Who) + Clause(nameof(Action), Action) + Clause(nameof(Outcome), Outcome?.ToString());

    /// <summary>Storage cannot look into what an action was about.</summary>
    public bool IsAbout(OperatorAction action) => About is null || action.About.Values.Contains(About, StringComparer.Ordinal);

    private static string Clause(string column, string? value) => value is null ? "" : $" and {column} eq " + TableClient.CreateQueryFilter($"{value}");
}
