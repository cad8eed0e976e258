using System.Globalization;
using System.Text.Json;
using Azure.Data.Tables;

namespace BillingFunctions.Operations.Queues;

/// <summary>
/// What the queues were like in each minute of the last day, in <c>QueueHistory</c>: a row for each minute of the day, written over the day after. So nothing has to be removed, and writing a minute twice
/// does no harm.
/// </summary>
public sealed class QueueHistory(TableServiceClient tables, TimeProvider time)
{
    public const string Table = "QueueHistory";

    private const string Partition = "queues";
    private const string At = nameof(At);
    private const string Queues = nameof(Queues);

    private readonly TableClient _table = tables.GetTableClient(Table);

    /// <summary>Keeps what has been measured now.</summary>
    internal Task AddAsync(IReadOnlyDictionary<string, QueueMeasure> queues, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        var row = new TableEntity(Partition, now.UtcDateTime.ToString("HHmm", CultureInfo.InvariantCulture)) { [At] = now, [Queues] = JsonSerializer.Serialize(queues) };
        return _table.UpsertEntityAsync(row, TableUpdateMode.Replace, cancellationToken);
    }

    /// <summary>What was measured since a time less than a day ago, oldest first.</summary>
    internal async Task<IReadOnlyList<QueueSample>> ListAsync(DateTimeOffset since, CancellationToken cancellationToken) => await _table
        .QueryAsync<TableEntity>(TableClient.CreateQueryFilter($"PartitionKey eq {Partition} and At ge {since}"), cancellationToken: cancellationToken)
        .Select(row => new QueueSample(row.GetDateTimeOffset(At)!.Value, JsonSerializer.Deserialize<Dictionary<string, QueueMeasure>>(row.GetString(Queues))!))
        .OrderBy(sample => sample.At).ToListAsync(cancellationToken);
}

/// <param name="Waiting">How many messages it held, those that are worked on or wait for a retry included.</param>
/// <param name="OldestAgeSeconds">The age of the oldest that could be taken; 0 when there was none.</param>
internal sealed record QueueMeasure(int Waiting, long OldestAgeSeconds);

/// <param name="At">When it was measured.</param>
/// <param name="Queues">The queues by name.</param>
internal sealed record QueueSample(DateTimeOffset At, IReadOnlyDictionary<string, QueueMeasure> Queues);
