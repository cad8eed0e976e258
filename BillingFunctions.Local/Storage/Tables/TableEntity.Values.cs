namespace Azure.Data.Tables;

public sealed partial class TableEntity
{
    /// <summary>A text; null when there is none.</summary>
    /// <exception cref="InvalidOperationException">The property has another type. So for every method here.</exception>
    public string? GetString(string key) => Get<string>(key);

    /// <summary>Bytes; null when there are none.</summary>
    public byte[]? GetBinary(string key) => this[key] is BinaryData data ? data.ToArray() : Get<byte[]>(key);

    /// <summary>Bytes; null when there are none.</summary>
    public BinaryData? GetBinaryData(string key) => this[key] is byte[] bytes ? BinaryData.FromBytes(bytes) : Get<BinaryData>(key);

    /// <summary>A truth value; null when there is none.</summary>
    public bool? GetBoolean(string key) => Get<bool?>(key);

    /// <summary>A time; null when there is none.</summary>
    public DateTimeOffset? GetDateTimeOffset(string key) => this[key] is DateTime time ? new DateTimeOffset(time) : Get<DateTimeOffset?>(key);

    /// <summary>A floating-point number; null when there is none.</summary>
    public double? GetDouble(string key) => Get<double?>(key);

    /// <summary>A GUID; null when there is none.</summary>
    public Guid? GetGuid(string key) => Get<Guid?>(key);

    /// <summary>A 32-bit number; null when there is none.</summary>
    public int? GetInt32(string key) => Get<int?>(key);

    /// <summary>A 64-bit number; null when there is none.</summary>
    public long? GetInt64(string key) => Get<long?>(key);

    private T? Get<T>(string key) => this[key] switch
    {
        null => default,
        T value => value,
        var other => throw new InvalidOperationException($"Cannot return {typeof(T)} type for a {other.GetType()} typed property."),
    };

    // A property keeps its type when a value of it is replaced, except that an int may widen, on either side.
    private static object? Coerced(object? stored, object? value) => (stored, value) switch
    {
        (null, _) or (_, null) => value,
        (int, double or long) => value,
        (double, int number) => (double)number,
        (long, int number) => (long)number,
        _ when stored.GetType().IsInstanceOfType(value) => value,
        _ => throw new InvalidOperationException(
            $"Value ({stored.GetType()}) {stored} is not convertable to ({value.GetType()}) {value}."),
    };
}
