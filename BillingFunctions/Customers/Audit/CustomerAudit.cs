using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Azure.Data.Tables;
using BillingFunctions.Customers.Merging;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Customers.Audit;

/// <summary>
/// What was overwritten, merged or refused, in <c>CustomerAudit</c>: partition is the customer, row the inverted time and a digest, so that the same entry written twice is
/// there once. Written before the change that it tells of: a change is never without its entry.
/// </summary>
public sealed class CustomerAudit(TableServiceClient tables)
{
    public const string Table = "CustomerAudit";

    private const int Parallelism = 8;

    private readonly TableClient _table = tables.GetTableClient(Table);

    /// <summary>Whether a text can be the cursor of a list.</summary>
    public static bool IsCursor(string text) => text.Length == 29 && text[12] == '|';

    /// <summary>Notes values that were lost.</summary>
    /// <param name="customerId">The customer.</param>
    /// <param name="overwrites">The values that lost, by field.</param>
    /// <param name="at">When the change happened that they lost to, or that lost.</param>
    /// <param name="cause">What brought it, such as the id of an event.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    internal Task NoteAsync(string customerId, IReadOnlyList<Overwrite> overwrites, DateTimeOffset at, string cause, CancellationToken cancellationToken) => Parallel.ForEachAsync(
        overwrites,
        new ParallelOptions { MaxDegreeOfParallelism = Parallelism, CancellationToken = cancellationToken },
        async (lost, token) => await WriteAsync(
            customerId,
            new AuditEntry { What = "overwritten", Field = lost.Field, Kept = lost.Kept, KeptFrom = lost.KeptFrom, Lost = lost.Lost, LostFrom = lost.LostFrom, Cause = cause, At = at },
            token));

    /// <summary>Notes something that is about no field.</summary>
    /// <param name="customerId">The customer.</param>
    /// <param name="what">What has happened, as <see cref="AuditEntry.What"/> calls it.</param>
    /// <param name="detail">To whom.</param>
    /// <param name="at">When that happened which brought it: the same when it is done again after a crash.</param>
    /// <param name="cause">What brought it, such as the id of an event.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    internal Task NoteAsync(string customerId, string what, string detail, DateTimeOffset at, string cause, CancellationToken cancellationToken) =>
        WriteAsync(customerId, new AuditEntry { What = what, Detail = detail, Cause = cause, At = at }, cancellationToken);

    /// <summary>The entries of a customer, newest first, each with its cursor.</summary>
    internal IAsyncEnumerable<(string Cursor, AuditEntry Entry)> ListAsync(string customerId, string? after, int pageSize, CancellationToken cancellationToken) => _table
        .QueryAsync<Row>(TableClient.CreateQueryFilter($"PartitionKey eq {TableKey.From(customerId)} and RowKey gt {after ?? ""}"), pageSize, cancellationToken: cancellationToken)
        .Select(row => (row.RowKey, Brotli.DecompressJson<AuditEntry>(row.Entry)));

    /// <summary>Removes entries from before a time: through the whole table, since partitions are customers.</summary>
    /// <returns>The number of entries removed.</returns>
    internal Task<int> RemoveAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"RowKey gt {InvertedTime(before)}");
        return _table.RemoveAsync(_table.QueryAsync<TableEntity>(filter, select: TableRemoval.Columns, cancellationToken: cancellationToken), cancellationToken);
    }

    private static string InvertedTime(DateTimeOffset at) => string.Create(CultureInfo.InvariantCulture, $"{0xffff_ffff_ffff - Math.Max(0, at.ToUnixTimeMilliseconds()):x12}");

    private async Task WriteAsync(string customerId, AuditEntry entry, CancellationToken cancellationToken)
    {
        var digest = SHA256.HashData(Encoding.UTF8.GetBytes($"{entry.What}\n{entry.Field}\n{entry.Kept}\n{entry.Lost}\n{entry.Detail}"));
        var row = new Row { PartitionKey = TableKey.From(customerId), RowKey = $"{InvertedTime(entry.At)}|{Convert.ToHexStringLower(digest.AsSpan(0, 8))}", Entry = Brotli.CompressJson(entry) };
        await _table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
    }

    private sealed class Row : StoredRow
    {
        public byte[] Entry { get; set; } = [];
    }
}

/// <summary>An entry of the audit.</summary>
public sealed record AuditEntry
{
    /// <summary><c>overwritten</c>, <c>merged</c> or <c>not_linked</c>.</summary>
    public required string What { get; init; }

    /// <summary>The field; null when it is about none.</summary>
    public string? Field { get; init; }

    /// <summary>The value that stays; null for none.</summary>
    public string? Kept { get; init; }

    /// <summary>Who had set it: a system, <c>api</c> or <c>upload</c>.</summary>
    public string? KeptFrom { get; init; }

    /// <summary>The value that is lost.</summary>
    public string? Lost { get; init; }

    /// <summary>Who had set that.</summary>
    public string? LostFrom { get; init; }

    /// <summary>What else there is to say; null when there is nothing.</summary>
    public string? Detail { get; init; }

    /// <summary>What brought it, such as the id of an event or a task.</summary>
    public required string Cause { get; init; }

    /// <summary>When it happened.</summary>
    public required DateTimeOffset At { get; init; }
}
