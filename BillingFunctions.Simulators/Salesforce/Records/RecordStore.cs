using BillingFunctions.Simulators.Salesforce.Schema;

namespace BillingFunctions.Simulators.Salesforce.Records;

/// <summary>All records of the organization. Thread-safe: one transaction runs at a time.</summary>
internal sealed class RecordStore(IEnumerable<SalesforceObject> objects, TimeSpan timeResolution, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, RecordTable> _tables =
        objects.ToDictionary(type => type.Name, type => new RecordTable(type), StringComparer.OrdinalIgnoreCase);

    /// <summary>Hears of the changes of each transaction, in their order.</summary>
    public Action<IReadOnlyList<RecordChange>>? Changed { get; set; }

    /// <summary>The object of this name; null when there is none.</summary>
    public SalesforceObject? FindType(string name) => _tables.GetValueOrDefault(name)?.Type;

    /// <summary>The object whose ids begin like this one; null when there is none.</summary>
    public SalesforceObject? FindTypeOf(string id)
        => _tables.Values.Select(table => table.Type).FirstOrDefault(type => id.StartsWith(type.KeyPrefix, StringComparison.Ordinal));

    /// <summary>Reads or writes records while nothing else does; when the work throws, nothing is written.</summary>
    /// <param name="userId">Who does it.</param>
    public T Run<T>(string userId, Func<RecordTransaction, T> work)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            var stamp = timeResolution > TimeSpan.Zero ? new DateTimeOffset(now.Ticks - (now.Ticks % timeResolution.Ticks), TimeSpan.Zero) : now;
            var transaction = new RecordTransaction(_tables, userId, stamp);
            var isDone = false;
            try
            {
                var result = work(transaction);
                isDone = true;
                Publish(transaction.Changes);
                return result;
            }
            finally
            {
                if (!isDone)
                {
                    transaction.RollBack();
                }
            }
        }
    }

    /// <summary>The records of one object in the order they were created, deleted ones too.</summary>
    public IReadOnlyList<SalesforceRecord> Snapshot(SalesforceObject type)
    {
        lock (_lock)
        {
            return [.. _tables[type.Name].All];
        }
    }

    private void Publish(IReadOnlyList<RecordChange> changes)
    {
        if (changes.Count > 0)
        {
            Changed?.Invoke(changes);
        }
    }
}

/// <summary>What happened to a record.</summary>
internal enum ChangeKind
{
    Created = 0,
    Updated = 1,
    Deleted = 2,
}

/// <summary>One change of a record.</summary>
/// <param name="Record">The record after the change.</param>
internal sealed record RecordChange(ChangeKind Kind, SalesforceRecord Record);
