using System.Globalization;
using BillingFunctions.Simulators.Salesforce.Records;

namespace BillingFunctions.Simulators.Salesforce.Queries;

/// <summary>What a query found, as it was when the query ran.</summary>
internal sealed record QueryResult(IReadOnlyList<int> Columns, IReadOnlyList<SalesforceRecord> Records, int PageSize);

/// <summary>Keeps what queries found until all pages are read; of the latest queries only. Thread-safe.</summary>
internal sealed class QueryLocators
{
    private const int Kept = 100;
    private const string KeyPrefix = "01g";

    private readonly Lock _lock = new();
    private readonly Dictionary<string, QueryResult> _results = new(StringComparer.Ordinal);
    private readonly Queue<string> _ids = new();
    private long _last;

    /// <summary>Where a result goes on: a query's id and the number of the record, such as <c>01g…-2000</c>.</summary>
    public string Of(QueryResult result, int start)
    {
        lock (_lock)
        {
            var id = _results.FirstOrDefault(kept => ReferenceEquals(kept.Value, result)).Key ?? Add(result);
            return string.Create(CultureInfo.InvariantCulture, $"{id}-{start}");
        }
    }

    /// <returns>The result and the number of the record to go on with; null when there is no such locator, or no longer.</returns>
    public (QueryResult Result, int Start)? Find(string locator)
    {
        var parts = locator.Split('-');
        lock (_lock)
        {
            return parts.Length == 2 && _results.TryGetValue(parts[0], out var result)
                && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var start) && start < result.Records.Count
                    ? (result, start)
                    : null;
        }
    }

    private string Add(QueryResult result)
    {
        var id = SalesforceId.Of(KeyPrefix, ++_last);
        _results[id] = result;
        _ids.Enqueue(id);
        if (_ids.Count > Kept)
        {
            _results.Remove(_ids.Dequeue());
        }

        return id;
    }
}
