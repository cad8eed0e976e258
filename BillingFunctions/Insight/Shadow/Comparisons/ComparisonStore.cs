using System.Globalization;
using Azure.Data.Tables;
using BillingFunctions.Platform.Shadow;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Insight.Shadow.Comparisons;

/// <summary>Files of other systems, in <c>ShadowComparisons</c>: the partition <c>files</c> has a row for each, newest first, and its rows are a partition of their own, in the order of actions.</summary>
public sealed class ComparisonStore(TableServiceClient tables)
{
    public const string Table = "ShadowComparisons";

    private const string Files = "files";
    private const string Content = "Content";
    private const int Parallelism = 8;

    private readonly TableClient _table = tables.GetTableClient(Table);

    /// <summary>Stores a file, the rows first, so that one that is there is whole. Again it changes nothing.</summary>
    internal async Task AddAsync(Comparison comparison, IEnumerable<ComparisonRow> rows, CancellationToken cancellationToken)
    {
        var options = new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken };
        await Parallel.ForEachAsync(rows.Select(row => EntityOf(comparison.Id, row)).Chunk(Transactions.MaxRows), options, async (piece, token) =>
            await _table.SubmitTransactionAsync(piece.Select(row => new TableTransactionAction(TableTransactionActionType.UpsertReplace, row)), token));
        await _table.UpsertEntityAsync(
            new TableEntity(Files, Comparison.RowKeyOf(comparison.Id)) { [Content] = Brotli.CompressJson(comparison) }, TableUpdateMode.Replace, cancellationToken);
    }

    /// <returns>Null when there is none, or the text is no id.</returns>
    internal async Task<Comparison?> FindAsync(string id, CancellationToken cancellationToken) =>
        Comparison.RowKeyOf(id) is { } row && await _table.FindAsync<TableEntity>(Files, row, cancellationToken) is { } found
            ? Brotli.DecompressJson<Comparison>(found.GetBinary(Content))
            : null;

    /// <summary>The rows of a file in the order of actions.</summary>
    /// <param name="id">The file.</param>
    /// <param name="filter">The rows that are asked for.</param>
    /// <param name="from">The group to begin with; null for the first.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    internal IAsyncEnumerable<ComparisonRow> ListRowsAsync(string id, ShadowFilter filter, ShadowPlace? from, CancellationToken cancellationToken)
    {
        var first = from is null ? "" : KeyOf(from);
        return _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {id} and RowKey ge {first}"), cancellationToken: cancellationToken)
            .Select(row => Brotli.DecompressJson<ComparisonRow>(row.GetBinary(Content)))
            .Where(row => (filter.Kind ?? row.Kind) == row.Kind && (filter.Operation ?? row.Operation) == row.Operation && (filter.Subject ?? row.Subject) == row.Subject);
    }

    /// <summary>Removes files from before a time.</summary>
    /// <returns>The number of rows removed; a file has one for itself and one for each of its lines.</returns>
    internal Task<int> RemoveAsync(DateTimeOffset before, CancellationToken cancellationToken) => _table.RemoveAsync(
        _table.QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"Timestamp lt {before}"), select: TableRemoval.Columns, cancellationToken: cancellationToken), cancellationToken);

    private static TableEntity EntityOf(string id, ComparisonRow row) =>
        new(id, string.Create(CultureInfo.InvariantCulture, $"{KeyOf(row.Group)}{row.Line:x8}")) { [Content] = Brotli.CompressJson(row) };

    private static string KeyOf(ShadowPlace place) => $"{place.Kind}|{place.Row}";
}
