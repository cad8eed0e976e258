namespace BillingFunctions.Simulators.Stripe;

/// <summary>What a <see cref="RecordList{T}"/> keeps.</summary>
internal interface IRecord
{
    string Id { get; }

    /// <summary>Unix seconds.</summary>
    long Created { get; }
}

/// <summary>Objects in the order they were made, found by id and listed in pages. Thread-safe.</summary>
internal sealed class RecordList<T>
    where T : class, IRecord
{
    private readonly Lock _lock = new();
    private readonly List<T> _records = [];
    private readonly Dictionary<string, int> _places = [];

    public IReadOnlyList<T> All
    {
        get
        {
            lock (_lock)
            {
                return [.. _records];
            }
        }
    }

    public T? Find(string id)
    {
        lock (_lock)
        {
            return _places.TryGetValue(id, out var place) ? _records[place] : null;
        }
    }

    public void Add(T record)
    {
        lock (_lock)
        {
            _places.Add(record.Id, _records.Count);
            _records.Add(record);
        }
    }

    /// <summary>Puts a record in the place of the one with its id.</summary>
    public void Replace(T record)
    {
        lock (_lock)
        {
            _records[_places[record.Id]] = record;
        }
    }

    /// <param name="query">Its cursor must be the id of a record.</param>
    public ListPage<T> List(ListQuery query, Func<T, bool> matches)
    {
        lock (_lock)
        {
            var following = Following(query)
                .Where(record => query.Created.Contains(record.Created) && matches(record));
            return ListPage<T>.Take(following, query);
        }
    }

    private IEnumerable<T> Following(ListQuery query)
    {
        var step = query.Backwards ? 1 : -1;
        var place = query.Cursor is { } id ? _places[id] : _records.Count;
        for (var i = place + step; i >= 0 && i < _records.Count; i += step)
        {
            yield return _records[i];
        }
    }
}
