using Azure.Data.Tables;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Connectors.Outbox;

/// <summary>
/// What each system is behind with, in <c>ConnectorOutbox</c>: partition is the connector and a hex digit, row the subject. An entry is written before the change that makes it
/// necessary, and deleted when the system has caught up and nobody has marked it since.
/// </summary>
public sealed class ConnectorOutbox : IDisposable
{
    public const string Table = "ConnectorOutbox";

    private const int KnownMarks = 10_000;

    private readonly TableClient _table;
    private readonly TimeProvider _time;
    private readonly VersionedRows<Row, OutboxEntry> _rows;

    /// <summary>A customer is marked before and after each change: the second mark mostly finds what the first has written. A mark always writes, so what is known may be out of date.</summary>
    private readonly RowCache<OutboxEntry> _known;

    public ConnectorOutbox(TableServiceClient tables, TimeProvider time)
    {
        (_table, _time, _known) = (tables.GetTableClient(Table), time, new RowCache<OutboxEntry>(KnownMarks));
        _rows = new VersionedRows<Row, OutboxEntry>(_table, row => row.Read(), (_, _, entry) => Row.From(entry), cache: _known);
    }

    /// <summary>The entry; null when the system is not behind.</summary>
    internal Task<OutboxEntry?> FindAsync(string connector, string subject, CancellationToken cancellationToken) =>
        _rows.FindAsync(PartitionOf(connector, subject), TableKey.From(subject), cancellationToken);

    /// <summary>Marks a subject, also one that is marked: a sender that has it notices, and looks again.</summary>
    /// <param name="connector">The connector.</param>
    /// <param name="subject">The customer or invoice.</param>
    /// <param name="task">The task that waits for it; null when none does.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    internal Task MarkAsync(string connector, string subject, string? task, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        return _rows.ChangeAsync(
            PartitionOf(connector, subject), TableKey.From(subject), stored => new((stored ?? New(connector, subject, now)).Marked(task, now)), cancellationToken, expectNew: true);
    }

    /// <summary>Marks a subject unless it is marked.</summary>
    /// <returns>False when it was.</returns>
    internal async Task<bool> TryAddAsync(string connector, string subject, CancellationToken cancellationToken) =>
        await TryWriteAsync(New(connector, subject, _time.GetUtcNow()), cancellationToken) is not null;

    /// <summary>Changes an entry; null leaves it as it is.</summary>
    internal Task ChangeAsync(string connector, string subject, Func<OutboxEntry?, OutboxEntry?> change, CancellationToken cancellationToken) =>
        _rows.ChangeAsync(PartitionOf(connector, subject), TableKey.From(subject), stored => new(change(stored)), cancellationToken, isFresh: true);

    public void Dispose() => _known.Dispose();

    /// <summary>Writes an entry over the version that it was read as, or adds it.</summary>
    /// <returns>The entry as written; null when somebody else has changed it.</returns>
    internal async Task<OutboxEntry?> TryWriteAsync(OutboxEntry entry, CancellationToken cancellationToken) =>
        await _rows.TryWriteAsync(Row.From(entry), entry.ETag, cancellationToken) is { } version ? entry with { ETag = version } : null;

    /// <summary>Deletes the version of an entry that was read.</summary>
    /// <returns>False when it has been marked since.</returns>
    internal async Task<bool> TryDeleteAsync(OutboxEntry entry, CancellationToken cancellationToken)
    {
        _known.Remember(PartitionOf(entry.Connector, entry.Subject), TableKey.From(entry.Subject), VersionedValue<OutboxEntry>.None);
        return await _rows.TryDeleteAsync(PartitionOf(entry.Connector, entry.Subject), TableKey.From(entry.Subject), entry.ETag, cancellationToken);
    }

    /// <summary>Entries that a sender may take now.</summary>
    internal IAsyncEnumerable<OutboxEntry> ListFreeAsync(string connector, CancellationToken cancellationToken)
    {
        var now = _time.GetUtcNow();
        return ListAsync(connector, TableClient.CreateQueryFilter($"DueAt le {now} and LeasedUntil le {now} and IsGivenUp eq false"), cancellationToken);
    }

    /// <summary>Entries of a connector, in the order of their keys.</summary>
    internal IAsyncEnumerable<OutboxEntry> ListAsync(string connector, string filter, CancellationToken cancellationToken) => _table
        .ListBehindAsync<Row>(after: null, cancellationToken, filter, partitions: ($"{connector}|", $"{connector}}}"))
        .Select(row => row.Read());

    private static OutboxEntry New(string connector, string subject, DateTimeOffset now) => new() { Connector = connector, Subject = subject, Since = now, DueAt = now };

    private static string PartitionOf(string connector, string subject) => $"{connector}|{TableKey.Bucket(subject)[0]}";

    /// <summary>An entry, and beside it what queries look for.</summary>
    private sealed class Row : StoredRow
    {
        /// <summary>Compressed JSON: as text, the most that a customer may have would not fit into a column.</summary>
        public byte[] Entry { get; set; } = [];

        public DateTimeOffset DueAt { get; set; }

        /// <summary>Long ago when no sender has it.</summary>
        public DateTimeOffset LeasedUntil { get; set; }

        public bool IsGivenUp { get; set; }

        public static Row From(OutboxEntry entry) => new()
        {
            PartitionKey = PartitionOf(entry.Connector, entry.Subject),
            RowKey = TableKey.From(entry.Subject),
            Entry = Brotli.CompressJson(entry),
            DueAt = entry.DueAt,
            LeasedUntil = entry.LeasedUntil ?? DateTimeOffset.UnixEpoch,
            IsGivenUp = entry.IsGivenUp,
        };

        public OutboxEntry Read() => Brotli.DecompressJson<OutboxEntry>(Entry) with { ETag = ETag };
    }
}
