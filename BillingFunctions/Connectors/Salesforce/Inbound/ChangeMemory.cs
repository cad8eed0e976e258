using BillingFunctions.Customers.Merging;

namespace BillingFunctions.Connectors.Salesforce.Inbound;

/// <summary>
/// What one process has taken in of the last minutes' changes, which are read again and again, so that a change that is known already costs nothing. It is lost with the process,
/// and then a change is taken in once more. For one reader at a time.
/// </summary>
public sealed class ChangeMemory
{
    private readonly Dictionary<Change, int> _failures = [];
    private readonly HashSet<Change> _taken = [];

    /// <summary>How many changes are remembered.</summary>
    internal int Count => _taken.Count + _failures.Count;

    internal bool IsTaken(CustomerSnapshot record) => _taken.Contains(Change.From(record));

    internal void NoteTaken(CustomerSnapshot record)
    {
        var change = Change.From(record);
        _failures.Remove(change);
        _taken.Add(change);
    }

    /// <summary>Counts an attempt that has failed.</summary>
    /// <returns>The number of attempts that have failed so far.</returns>
    internal int NoteNotTaken(CustomerSnapshot record)
    {
        var change = Change.From(record);
        return _failures[change] = _failures.GetValueOrDefault(change) + 1;
    }

    /// <summary>Forgets what is not read any more.</summary>
    internal void ForgetBefore(DateTimeOffset time)
    {
        _taken.RemoveWhere(change => change.At < time);
        foreach (var change in _failures.Keys.Where(change => change.At < time).ToList())
        {
            _failures.Remove(change);
        }
    }

    /// <summary>With what the record says: Salesforce counts in seconds, and one second has room for a change before it was read and one after.</summary>
    private readonly record struct Change(string Id, string? OurId, DateTimeOffset At, string Digest)
    {
        public static Change From(CustomerSnapshot record) => new(record.RemoteId, record.OurId, record.ChangedAt, ConnectorPlan.DigestOf(record.Content));
    }
}
