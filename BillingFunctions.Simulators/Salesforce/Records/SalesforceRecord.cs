using BillingFunctions.Simulators.Salesforce.Schema;

namespace BillingFunctions.Simulators.Salesforce.Records;

/// <summary>A record as it was at one time.</summary>
public sealed class SalesforceRecord
{
    private readonly object?[] _values;

    internal SalesforceRecord(SalesforceObject type, object?[] values) => (Type, _values) = (type, values);

    public SalesforceObject Type { get; }

    /// <summary>The id with 18 characters.</summary>
    public string Id => (string)_values[0]!;

    /// <summary>Who wrote it last: the user of the API, or somebody in Salesforce's pages.</summary>
    public string LastModifiedById => (string)this[SystemFields.LastModifiedById]!;

    /// <summary>When it was written last; every write changes it, even one that changes nothing else.</summary>
    public DateTimeOffset SystemModstamp => (DateTimeOffset)this[SystemFields.SystemModstamp]!;

    public bool IsDeleted => (bool)this[SystemFields.IsDeleted]!;

    /// <summary>The value of a field: a <see cref="string"/>, <see cref="decimal"/>, <see cref="bool"/> or <see cref="DateTimeOffset"/>, or null.</summary>
    /// <exception cref="ArgumentException">The object has no such field.</exception>
    public object? this[string field]
        => _values[Type.ColumnOf(field) ?? throw new ArgumentException($"{Type.Name} has no field {field}.", nameof(field))];

    /// <summary>The value of a text field.</summary>
    /// <inheritdoc cref="this[string]" path="/exception"/>
    public string? Text(string field) => (string?)this[field];

    internal object? this[int column] => _values[column];

    internal IEnumerable<string> Texts => _values.OfType<string>();

    internal SalesforceRecord With(IEnumerable<KeyValuePair<int, object?>> changes)
    {
        var values = (object?[])_values.Clone();
        foreach (var (column, value) in changes)
        {
            values[column] = value;
        }

        return new SalesforceRecord(Type, values);
    }
}
