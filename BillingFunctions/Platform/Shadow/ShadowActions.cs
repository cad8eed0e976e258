using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Azure.Data.Tables;
using BillingFunctions.Platform.Storage;

namespace BillingFunctions.Platform.Shadow;

/// <summary>
/// What was not done because shadow mode is on, in <c>ShadowActions</c>: a partition each kind, sorted by subject and operation. The key of a call ends the row key, so that a message that
/// comes twice records once.
/// </summary>
public sealed class ShadowActions(TableServiceClient tables, TimeProvider time)
{
    public const string Table = "ShadowActions";

    /// <summary>Stands between the parts of a row key.</summary>
    private const char Separator = '|';

    /// <summary>The one that comes right behind the separator: keys with a beginning are before it.</summary>
    private const char AfterSeparator = '}';

    /// <summary>Stands for a separator in a subject, as <see cref="TableKey.From"/> would write it.</summary>
    private const char WrittenSeparator = '\uE07C';

    private const int DigestBytes = 8;
    private const int MaxDetail = 300;

    private readonly TableClient _table = tables.GetTableClient(Table);

    /// <summary>Records actions; those that are recorded already stay as they are.</summary>
    internal async Task AddAsync(IEnumerable<ShadowAction> actions, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        foreach (var piece in actions.Select(action => RowOf(action with { At = now })).DistinctBy(row => (row.PartitionKey, row.RowKey)).ByPartition(row => row.PartitionKey))
        {
            await _table.SubmitPossibleAsync([.. piece.Select(row => new TableTransactionAction(TableTransactionActionType.Add, row))], cancellationToken);
        }
    }

    /// <summary>Actions in the order of their places.</summary>
    /// <param name="filter">The actions that are asked for.</param>
    /// <param name="after">The place to begin behind; null for the beginning.</param>
    /// <param name="cancellationToken">Cancels the wait for storage.</param>
    internal IAsyncEnumerable<ShadowAction> ListAsync(ShadowFilter filter, ShadowPlace? after, CancellationToken cancellationToken) => _table.ListBehindAsync<TableEntity>(
        after is null ? null : (after.Kind, after.Row), cancellationToken, filter.ToOData()).Select(Read);

    /// <summary>Removes actions from before a time.</summary>
    /// <returns>The number of actions removed.</returns>
    internal Task<int> RemoveAsync(DateTimeOffset before, CancellationToken cancellationToken)
    {
        var filter = TableClient.CreateQueryFilter($"At lt {before}");
        return _table.RemoveAsync(_table.QueryAsync<TableEntity>(filter, select: TableRemoval.Columns, cancellationToken: cancellationToken), cancellationToken);
    }

    /// <summary>Where an action stands.</summary>
    internal static ShadowPlace PlaceOf(ShadowAction action)
    {
        var group = GroupOf(action.Kind, action.Operation, action.Subject);
        return group with { Row = group.Row + DigestOf(action.Key) };
    }

    /// <summary>What stands before all actions that are one operation about one subject, and after those of others before them.</summary>
    internal static ShadowPlace GroupOf(ShadowKind kind, ShadowOperation operation, string subject) =>
        new(PartitionOf(kind), $"{SubjectKey(subject)}{Separator}{NameOf(operation)}{Separator}");

    /// <summary>A short form of the key of a call.</summary>
    internal static string DigestOf(string key) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)).AsSpan(0, DigestBytes));

    /// <summary>As the API writes it.</summary>
    internal static string NameOf<TEnum>(TEnum value)
        where TEnum : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());

    internal static string PartitionOf(ShadowKind kind) => NameOf(kind);

    /// <summary>The row keys of a subject: from the first to before the second.</summary>
    internal static (string From, string Until) RowsOf(string subject) => (SubjectKey(subject) + Separator, SubjectKey(subject) + AfterSeparator);

    private static string SubjectKey(string subject) => TableKey.From(subject).Replace(Separator, WrittenSeparator);

    private static TableEntity RowOf(ShadowAction action)
    {
        var place = PlaceOf(action);
        var row = new TableEntity(place.Kind, place.Row)
        {
            [nameof(ShadowAction.Kind)] = action.Kind.ToString(),
            [nameof(ShadowAction.Operation)] = action.Operation.ToString(),
            [nameof(ShadowAction.Subject)] = action.Subject,
            [nameof(ShadowAction.Key)] = action.Key,
            [nameof(ShadowAction.At)] = action.At,
        };
        Set(nameof(Money.Amount), action.Amount?.Amount);
        Set(nameof(Money.Currency), action.Amount?.Currency);
        Set(nameof(ShadowAction.Month), action.Month);
        Set(nameof(ShadowAction.Target), action.Target);
        Set(nameof(ShadowAction.Detail), action.Detail is null ? null : ShortText.Of(action.Detail, MaxDetail));
        return row;

        void Set(string column, object? value)
        {
            if (value is not null)
            {
                row[column] = value;
            }
        }
    }

    private static ShadowAction Read(TableEntity row) => new(
        Enum.Parse<ShadowKind>(row.GetString(nameof(ShadowAction.Kind))),
        Enum.Parse<ShadowOperation>(row.GetString(nameof(ShadowAction.Operation))),
        row.GetString(nameof(ShadowAction.Subject)),
        row.GetString(nameof(ShadowAction.Key)))
    {
        At = row.GetDateTimeOffset(nameof(ShadowAction.At))!.Value,
        Amount = row.GetInt64(nameof(Money.Amount)) is { } amount ? new Money(amount, row.GetString(nameof(Money.Currency))) : null,
        Month = row.GetString(nameof(ShadowAction.Month)),
        Target = row.GetString(nameof(ShadowAction.Target)),
        Detail = row.GetString(nameof(ShadowAction.Detail)),
    };
}

/// <summary>A place in the order of all actions.</summary>
/// <param name="Kind">The partition.</param>
/// <param name="Row">The row key, or what one begins with.</param>
internal sealed record ShadowPlace(string Kind, string Row)
{
    /// <summary>Which of two is first, as storage sorts: below zero for the one.</summary>
    public static int Compare(ShadowPlace one, ShadowPlace other) => string.CompareOrdinal(one.Kind, other.Kind) is not 0 and var kinds ? kinds : string.CompareOrdinal(one.Row, other.Row);
}

/// <summary>Which actions are asked for; null stands for any.</summary>
/// <param name="Kind">The system that would have been called.</param>
/// <param name="Operation">What would have been done there.</param>
/// <param name="Subject">The id of the customer, invoice or item that it would have been done for.</param>
internal sealed record ShadowFilter(ShadowKind? Kind = null, ShadowOperation? Operation = null, string? Subject = null)
{
    /// <summary>As OData; empty for all.</summary>
    public string ToOData() => string.Join(" and ", Clauses());

    private IEnumerable<string> Clauses()
    {
        if (Kind is { } kind)
        {
            yield return TableClient.CreateQueryFilter($"PartitionKey eq {ShadowActions.PartitionOf(kind)}");
        }

        if (Operation is { } operation)
        {
            yield return TableClient.CreateQueryFilter($"Operation eq {operation.ToString()}");
        }

        if (Subject is { } subject)
        {
            var (from, until) = ShadowActions.RowsOf(subject);
            yield return TableClient.CreateQueryFilter($"RowKey ge {from} and RowKey lt {until}");
        }
    }
}
