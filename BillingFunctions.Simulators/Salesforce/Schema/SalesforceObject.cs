namespace BillingFunctions.Simulators.Salesforce.Schema;

/// <summary>A type of records.</summary>
public sealed class SalesforceObject
{
    private readonly Dictionary<string, int> _columns;

    /// <param name="name">The API name, such as <c>Account</c>; case does not count.</param>
    /// <param name="keyPrefix">What the ids begin with: three characters, such as <c>001</c>.</param>
    /// <param name="fields">All fields but those that every object has, see <see cref="SystemFields"/>.</param>
    public SalesforceObject(string name, string keyPrefix, params IReadOnlyList<SalesforceField> fields)
    {
        (Name, KeyPrefix) = (name, keyPrefix);
        Fields = [SystemFields.Id, .. fields, .. SystemFields.Others];
        _columns = Fields.Index().ToDictionary(field => field.Item.Name, field => field.Index, StringComparer.OrdinalIgnoreCase);
    }

    public string Name { get; }

    public string KeyPrefix { get; }

    /// <summary>All fields: the id, those declared, then those that Salesforce writes.</summary>
    public IReadOnlyList<SalesforceField> Fields { get; }

    /// <summary>The place of a field among <see cref="Fields"/>; null when there is none of this name.</summary>
    internal int? ColumnOf(string name) => _columns.TryGetValue(name, out var column) ? column : null;

    /// <summary>The fields by which records are looked up.</summary>
    internal IEnumerable<int> Keys => Fields.Index().Where(known => known.Item.IsExternalId || known.Item.IsUnique).Select(known => known.Index);
}
