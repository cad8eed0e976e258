using System.Text.Json;
using System.Text.Json.Serialization;

namespace BillingFunctions.Customers.Merging;

/// <summary>
/// The fields of a customer that systems share, by name: <c>name</c>, <c>email</c>, <c>phone</c>, and <c>metadata.…</c> for each entry of the metadata; and
/// <c>stripe_customer_id</c>, which others may show and cannot change. A field without a value is not there.
/// </summary>
[JsonConverter(typeof(Converter))]
public sealed class CustomerContent : IEquatable<CustomerContent>
{
    public const string NameField = "name";
    public const string EmailField = "email";
    public const string PhoneField = "phone";
    public const string StripeIdField = "stripe_customer_id";
    public const string MetadataPrefix = "metadata.";

    private readonly SortedDictionary<string, string> _values;

    private CustomerContent(IEnumerable<KeyValuePair<string, string>> values) =>
        _values = new(values.ToDictionary(value => value.Key, value => value.Value), StringComparer.Ordinal);

    public static CustomerContent Empty { get; } = new([]);

    public IEnumerable<string> Fields => _values.Keys;

    public IReadOnlyDictionary<string, string> Metadata => _values
        .Where(value => value.Key.StartsWith(MetadataPrefix, StringComparison.Ordinal))
        .ToDictionary(value => value.Key[MetadataPrefix.Length..], value => value.Value);

    /// <summary>The value of a field; null when it has none.</summary>
    public string? this[string field] => _values.GetValueOrDefault(field);

    public static CustomerContent From(string? name, string? email, string? phone, IReadOnlyDictionary<string, string> metadata) => From(
    [
        new(NameField, name), new(EmailField, email), new(PhoneField, phone),
        .. metadata.Select(entry => new KeyValuePair<string, string?>(MetadataPrefix + entry.Key, entry.Value)),
    ]);

    /// <summary>Values by their fields; empty ones are left out.</summary>
    public static CustomerContent From(IEnumerable<KeyValuePair<string, string?>> values) =>
        new(values.Where(value => !string.IsNullOrEmpty(value.Value)).Select(value => new KeyValuePair<string, string>(value.Key, value.Value!)));

    /// <summary>This with other values; null clears a field.</summary>
    public CustomerContent With(IEnumerable<KeyValuePair<string, string?>> values)
    {
        var next = _values.ToDictionary(value => value.Key, value => (string?)value.Value);
        foreach (var (field, value) in values)
        {
            next[field] = value;
        }

        return From(next);
    }

    /// <summary>This without the fields that are not wanted.</summary>
    public CustomerContent Where(Func<string, bool> isWanted) => new(_values.Where(value => isWanted(value.Key)));

    /// <summary>The values of this in the fields in which the two differ; null where this has none.</summary>
    public IReadOnlyDictionary<string, string?> ChangesFrom(CustomerContent other) => Fields.Union(other.Fields)
        .Where(field => this[field] != other[field])
        .ToDictionary(field => field, field => this[field]);

    public bool Equals(CustomerContent? other) => other is not null && _values.SequenceEqual(other._values);

    public override bool Equals(object? obj) => Equals(obj as CustomerContent);

    public override int GetHashCode() => _values.Aggregate(0, (hash, value) => HashCode.Combine(hash, value.Key, value.Value));

    private sealed class Converter : JsonConverter<CustomerContent>
    {
        public override CustomerContent Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            new(JsonSerializer.Deserialize<Dictionary<string, string>>(ref reader, options) ?? []);

        public override void Write(Utf8JsonWriter writer, CustomerContent value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value._values, options);
    }
}
