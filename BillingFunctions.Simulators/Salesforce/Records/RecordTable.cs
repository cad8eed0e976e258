using System.Globalization;
using BillingFunctions.Simulators.Salesforce.Schema;

namespace BillingFunctions.Simulators.Salesforce.Records;

/// <summary>The records of one object, deleted ones too. Not thread-safe.</summary>
internal sealed class RecordTable(SalesforceObject type)
{
    private readonly SortedDictionary<string, SalesforceRecord> _byId = new(StringComparer.Ordinal);
    private readonly Dictionary<int, Dictionary<string, List<string>>> _byKey =
        type.Keys.ToDictionary(column => column, column => new Dictionary<string, List<string>>(type.Fields[column].Comparer));

    private long _last;

    public SalesforceObject Type => type;

    /// <summary>All records in the order they were created.</summary>
    public IEnumerable<SalesforceRecord> All => _byId.Values;

    public string NextId() => SalesforceId.Of(type.KeyPrefix, ++_last);

    /// <param name="id">With 18 characters.</param>
    public SalesforceRecord? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>The ids of the records, deleted ones left out, that have this value in an external id or unique field.</summary>
    public IReadOnlyList<string> FindIds(int column, object value) => _byKey[column].GetValueOrDefault(KeyOf(value)) ?? [];

    /// <summary>Adds a record, or replaces the one with its id.</summary>
    public void Put(SalesforceRecord record)
    {
        Forget(record.Id);
        _byId[record.Id] = record;
        foreach (var (index, key) in Keys(record))
        {
            if (!index.TryGetValue(key, out var ids))
            {
                index[key] = ids = [];
            }

            ids.Add(record.Id);
        }
    }

    /// <summary>Removes a record as if it had never been.</summary>
    public void Remove(string id)
    {
        Forget(id);
        _byId.Remove(id);
    }

    private void Forget(string id)
    {
        if (!_byId.TryGetValue(id, out var record))
        {
            return;
        }

        foreach (var (index, key) in Keys(record))
        {
            index[key].Remove(id);
            if (index[key].Count == 0)
            {
                index.Remove(key);
            }
        }
    }

    private IEnumerable<(Dictionary<string, List<string>> Index, string Key)> Keys(SalesforceRecord record) => record.IsDeleted
        ? []
        : _byKey.Where(index => record[index.Key] is not null).Select(index => (index.Value, KeyOf(record[index.Key]!)));

    private static string KeyOf(object value) => Convert.ToString(value, CultureInfo.InvariantCulture)!;
}
