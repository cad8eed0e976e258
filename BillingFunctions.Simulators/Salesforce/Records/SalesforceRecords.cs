using BillingFunctions.Simulators.Salesforce.Api;
using BillingFunctions.Simulators.Salesforce.Schema;

namespace BillingFunctions.Simulators.Salesforce.Records;

/// <summary>The records as somebody sees and changes them in Salesforce's own pages. Thread-safe.</summary>
/// <remarks>Changes take effect and are notified as those of the API, but name another user, and neither limits nor faults apply.</remarks>
public sealed class SalesforceRecords
{
    private readonly RecordStore _store;
    private readonly string _userId;

    internal SalesforceRecords(RecordStore store, string userId) => (_store, _userId) = (store, userId);

    /// <summary>Creates a record.</summary>
    /// <returns>Its id with 18 characters.</returns>
    /// <exception cref="ArgumentException">There is no such object or field, or the value is of another kind.</exception>
    /// <exception cref="SalesforceRefusalException">Salesforce would refuse it, as when a required field is missing.</exception>
    public string Create(string type, params IReadOnlyList<(string Field, object? Value)> values)
    {
        var known = TypeOf(type);
        return _store.Run(_userId, transaction => transaction.Insert(known, DirectValues.Of(known, values))).Id;
    }

    /// <summary>Creates several records at once, so that one message tells of up to 100 of them.</summary>
    /// <inheritdoc cref="Create" path="/exception"/>
    /// <returns>Their ids in the same order.</returns>
    public IReadOnlyList<string> CreateAll(string type, IEnumerable<IReadOnlyList<(string Field, object? Value)>> records)
    {
        var known = TypeOf(type);
        return _store.Run(_userId, transaction => records.Select(values => transaction.Insert(known, DirectValues.Of(known, values)).Id).ToList());
    }

    /// <summary>Changes some fields of a record.</summary>
    /// <param name="id">With 15 or 18 characters.</param>
    /// <inheritdoc cref="Create" path="/exception"/>
    public void Update(string type, string id, params IReadOnlyList<(string Field, object? Value)> values)
    {
        var known = TypeOf(type);
        _store.Run(_userId, transaction => transaction.Update(known, IdOf(id), DirectValues.Of(known, values)));
    }

    /// <summary>Moves a record into the recycle bin.</summary>
    /// <param name="id">With 15 or 18 characters.</param>
    /// <inheritdoc cref="Create" path="/exception"/>
    public void Delete(string type, string id)
    {
        var known = TypeOf(type);
        _store.Run(_userId, transaction => transaction.Delete(known, IdOf(id)));
    }

    /// <summary>The record of this id, a deleted one too; null when there is none.</summary>
    /// <param name="id">With 15 or 18 characters.</param>
    /// <exception cref="ArgumentException">There is no such object, or the id is malformed.</exception>
    public SalesforceRecord? Find(string type, string id)
    {
        var known = TypeOf(type);
        return _store.Run(_userId, transaction => transaction.Find(known, IdOf(id)));
    }

    /// <summary>The records, deleted ones left out, whose field has this value, in the order they were created.</summary>
    /// <exception cref="ArgumentException">There is no such object or field.</exception>
    public IReadOnlyList<SalesforceRecord> FindBy(string type, string field, object? value)
        => [.. All(type).Where(record => Equals(record[field], value))];

    /// <summary>The records in the order they were created.</summary>
    /// <param name="withDeleted">Whether those in the recycle bin are among them.</param>
    /// <exception cref="ArgumentException">There is no such object.</exception>
    public IReadOnlyList<SalesforceRecord> All(string type, bool withDeleted = false)
        => [.. _store.Snapshot(TypeOf(type)).Where(record => withDeleted || !record.IsDeleted)];

    /// <summary>How many records there are, deleted ones left out.</summary>
    /// <exception cref="ArgumentException">There is no such object.</exception>
    public int Count(string type) => All(type).Count;

    private SalesforceObject TypeOf(string name)
        => _store.FindType(name) ?? throw new ArgumentException($"The organization has no object {name}.", nameof(name));

    private static string IdOf(string id)
        => SalesforceId.Normalize(id) ?? throw new ArgumentException($"{id} is not an id of Salesforce.", nameof(id));
}
