using BillingFunctions.Simulators.Salesforce.Api;
using BillingFunctions.Simulators.Salesforce.Schema;

namespace BillingFunctions.Simulators.Salesforce.Records;

/// <summary>Reads and writes records; what it wrote can be taken back.</summary>
internal sealed class RecordTransaction(IReadOnlyDictionary<string, RecordTable> tables, string userId, DateTimeOffset now)
{
    private readonly List<(SalesforceRecord? Before, RecordChange Change)> _done = [];

    public IReadOnlyList<RecordChange> Changes => [.. _done.Select(done => done.Change)];

    /// <summary>The record of this id, a deleted one too; null when there is none.</summary>
    /// <param name="id">With 18 characters.</param>
    public SalesforceRecord? Find(SalesforceObject type, string id) => tables[type.Name].Find(id);

    /// <summary>The records, deleted ones left out, that have this value in an external id or unique field.</summary>
    public IReadOnlyList<SalesforceRecord> FindBy(SalesforceObject type, int column, object value)
        => [.. tables[type.Name].FindIds(column, value).Select(id => Find(type, id)!)];

    /// <exception cref="SalesforceRefusalException">The values break a rule of a field.</exception>
    public SalesforceRecord Insert(SalesforceObject type, IReadOnlyDictionary<int, object?> values)
    {
        FieldRules.Check(type, values, isNew: true);
        var table = tables[type.Name];
        var blank = new SalesforceRecord(type, [.. type.Fields.Select(field => field.Kind == FieldKind.Checkbox ? (object)false : null)]);
        var record = blank.With(values).With(
        [
            new(0, table.NextId()), Stamp(type, SystemFields.CreatedDate, now), Stamp(type, SystemFields.CreatedById, userId), .. Written(type),
        ]);
        CheckUnique(table, record);
        return Put(null, new RecordChange(ChangeKind.Created, record));
    }

    /// <exception cref="SalesforceRefusalException">There is no such record, or the values break a rule of a field.</exception>
    public SalesforceRecord Update(SalesforceObject type, string id, IReadOnlyDictionary<int, object?> values)
    {
        var before = Existing(type, id);
        FieldRules.Check(type, values, isNew: false);
        var record = before.With(values).With(Written(type));
        CheckUnique(tables[type.Name], record);
        return Put(before, new RecordChange(ChangeKind.Updated, record));
    }

    /// <exception cref="SalesforceRefusalException">There is no such record.</exception>
    public SalesforceRecord Delete(SalesforceObject type, string id)
    {
        var before = Existing(type, id);
        return Put(before, new RecordChange(ChangeKind.Deleted, before.With([Stamp(type, SystemFields.IsDeleted, true), .. Written(type)])));
    }

    /// <summary>Takes back all that was written, last first.</summary>
    public void RollBack()
    {
        foreach (var (before, change) in Enumerable.Reverse(_done))
        {
            var table = tables[change.Record.Type.Name];
            if (before is null)
            {
                table.Remove(change.Record.Id);
            }
            else
            {
                table.Put(before);
            }
        }

        _done.Clear();
    }

    private SalesforceRecord Existing(SalesforceObject type, string id) => Find(type, id) switch
    {
        null => throw new SalesforceRefusalException(SalesforceProblem.NoSuchRecord),
        { IsDeleted: true } => throw new SalesforceRefusalException(SalesforceProblem.Deleted),
        { } record => record,
    };

    private SalesforceRecord Put(SalesforceRecord? before, RecordChange change)
    {
        tables[change.Record.Type.Name].Put(change.Record);
        _done.Add((before, change));
        return change.Record;
    }

    private static void CheckUnique(RecordTable table, SalesforceRecord record)
    {
        foreach (var column in table.Type.Keys.Where(column => table.Type.Fields[column].IsUnique))
        {
            if (record[column] is { } value && table.FindIds(column, value).FirstOrDefault(id => id != record.Id) is { } other)
            {
                throw new SalesforceRefusalException(SalesforceProblem.DuplicateValue(table.Type.Fields[column].Name, other));
            }
        }
    }

    private KeyValuePair<int, object?>[] Written(SalesforceObject type) =>
    [
        Stamp(type, SystemFields.LastModifiedDate, now), Stamp(type, SystemFields.LastModifiedById, userId), Stamp(type, SystemFields.SystemModstamp, now),
    ];

    private static KeyValuePair<int, object?> Stamp(SalesforceObject type, string field, object value) => new(type.ColumnOf(field)!.Value, value);
}
