namespace BillingFunctions.Simulators.Stripe.Lists;

/// <summary>What a <see cref="RecordList{T}"/> keeps.</summary>
internal interface IRecord
{
    string Id { get; }

    /// <summary>Unix seconds.</summary>
    long Created { get; }
}

/// <summary>Objects in the order they were made, which is that of <c>created</c>; found by id and listed in pages. Thread-safe.</summary>
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

    public IReadOnlyList<T> Where(Func<T, bool> matches)
    {
        lock (_lock)
        {
            return [.. _records.Where(matches)];
        }
    }

    public bool Any(Func<T, bool> matches)
    {
        lock (_lock)
        {
            return _records.Exists(record => matches(record));
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

    public void Remove(string id)
    {
        lock (_lock)
        {
            _places.Remove(id, out var place);
            _records.RemoveAt(place);
            for (var i = place; i < _records.Count; i++)
            {
                _places[_records[i].Id] = i;
            }
        }
    }

    /// <param name="query">Its cursor must be the id of a record.</param>
    public ListPage<T> List(ListQuery query, Func<T, bool> matches)
    {
        lock (_lock)
        {
            return ListPage<T>.Take(Following(query).Where(matches), query);
        }
    }

    private IEnumerable<T> Following(ListQuery query)
    {
        var (start, end) = (CountBefore(query.Created.From), CountBefore(query.Created.To + 1));
        var place = query.Cursor is { } id ? _places[id] : _records.Count;
        if (query.Backwards)
        {
            for (var i = Math.Max(start, place + 1); i < end; i++)
            {
                yield return _records[i];
            }
        }
        else
        {
            for (var i = Math.Min(end, place) - 1; i >= start; i--)
            {
                yield return _records[i];
            }
        }
    }

    private int CountBefore(long created)
    {
        var (low, high) = (0, _records.Count);
        while (low < high)
        {
            var middle = low + ((high - low) / 2);
            (low, high) = _records[middle].Created < created ? (middle + 1, high) : (low, middle);
        }

        return low;
    }
}
