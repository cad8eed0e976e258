using System.Globalization;
using System.Text.Json;
using BillingFunctions.Platform.Email;

namespace BillingFunctions.Platform.Http;

/// <summary>
/// The fields of a JSON object, which may be wrapped in a field of the thing's own name: <c>{ "invoice": { "period": … }, "organization": "…" }</c> says the same as
/// <c>{ "period": …, "organization": "…" }</c>. Each value is read by what it has to be; all that is wrong is collected by field.
/// </summary>
internal sealed class BodyFields
{
    private const int MaxName = 100;

    private readonly Dictionary<string, JsonElement> _fields = [];
    private readonly HashSet<string> _known = [];

    private BodyFields()
    {
    }

    /// <summary>What is wrong so far.</summary>
    public FieldErrors Errors { get; } = new();

    /// <exception cref="InvalidJsonException">It is not a JSON object.</exception>
    public static BodyFields Read(ReadOnlySpan<byte> body, string wrapper) => From(JsonBody.Read<JsonElement>(body), wrapper);

    /// <inheritdoc cref="Read"/>
    public static BodyFields From(JsonElement body, string wrapper)
    {
        if (body.ValueKind != JsonValueKind.Object)
        {
            throw new InvalidJsonException("body", "The body must be a JSON object.");
        }

        var fields = new BodyFields();
        foreach (var field in body.EnumerateObject())
        {
            var isWrapper = field.Name == wrapper && field.Value.ValueKind == JsonValueKind.Object;
            foreach (var (name, value) in isWrapper ? field.Value.EnumerateObject().Select(inner => (inner.Name, inner.Value)) : [(field.Name, field.Value)])
            {
                if (!fields._fields.TryAdd(name, value))
                {
                    fields.Errors.Add(ShortText.Of(name, MaxName), $"The field is there twice, in {wrapper} and beside it.");
                }
            }
        }

        return fields;
    }

    /// <summary>What a field is when it is not there.</summary>
    public void Default(string name, JsonElement value) => _fields.TryAdd(name, value);

    /// <summary>Whether the field is there, be it null.</summary>
    public bool Has(string name) => _fields.ContainsKey(name);

    /// <summary>The name of a field that callers may write under another name too.</summary>
    /// <param name="name">The field.</param>
    /// <param name="alias">Its other name.</param>
    /// <returns>That of the two under which it is there; <paramref name="name"/> when it is there under neither.</returns>
    public string OneOf(string name, string alias)
    {
        if (Find(alias) is not { } other)
        {
            return name;
        }

        if (Find(name) is not { } value)
        {
            return alias;
        }

        if (value.GetRawText() != other.GetRawText())
        {
            Errors.Add(alias, $"It says something else than {name}. One of them is enough.");
        }

        return name;
    }

    /// <summary>A text without blanks around it.</summary>
    /// <param name="name">The field.</param>
    /// <param name="maxLength">In characters.</param>
    /// <param name="allowed">What may be there, for whoever wrote something else.</param>
    /// <param name="isAllowed">Whether a text may be there; any when null.</param>
    /// <returns>Null when it is absent, null or not allowed.</returns>
    public string? Text(string name, int maxLength, string allowed = "text without line breaks and other control characters", Func<string, bool>? isAllowed = null) => Value(
        name,
        isAllowed is null ? $"The value must be {allowed}, of at most {maxLength} characters." : $"The value must be {allowed}.",
        value => value.ValueKind == JsonValueKind.String && value.GetString()!.Trim() is { } text && text.Length <= maxLength && !text.Any(char.IsControl) && isAllowed?.Invoke(text) != false ? text : null,
        isEmptyNothing: true);

    /// <summary>An e-mail address, its host as DNS knows it.</summary>
    /// <param name="name">The field.</param>
    /// <returns>Null when it is absent, null or not allowed.</returns>
    public string? Email(string name) =>
        EmailAddress.Normalise(Text(name, EmailAddress.MaxLength, "a bare e-mail address, such as ann@example.com", text => EmailAddress.TryParse(text, out _)));

    /// <summary>An id, which callers may write as a text or as a whole number.</summary>
    /// <inheritdoc cref="Text"/>
    public string? TextOrWhole(string name, int maxLength, string allowed, Func<string, bool> isAllowed) =>
        Find(name) is { ValueKind: JsonValueKind.Number } number
            ? number.TryGetInt64(out var whole) ? whole.ToString(CultureInfo.InvariantCulture) : Refuse<string?>(name, $"The value must be {allowed}.")
            : Text(name, maxLength, allowed, isAllowed);

    /// <summary>An object of texts.</summary>
    /// <param name="name">The field.</param>
    /// <param name="maxCount">How many there may be.</param>
    /// <param name="maxKey">How long a key may be, in characters.</param>
    /// <param name="maxValue">How long a value may be, in characters.</param>
    /// <returns>The texts by their keys, null for one that is null or empty; none when the field is absent, null or not allowed.</returns>
    public IReadOnlyDictionary<string, string?> Texts(string name, int maxCount, int maxKey, int maxValue) => Value(
        name,
        $"The value must be an object with at most {maxCount} entries: keys of 1 to {maxKey} characters without square brackets, values of text of at most {maxValue} characters, or null.",
        value => value.ValueKind == JsonValueKind.Object && value.EnumerateObject().ToList() is var entries && entries.Count <= maxCount && entries.All(entry => IsEntry(entry, maxKey, maxValue))
            ? entries.ToDictionary(entry => entry.Name, entry => entry.Value.ValueKind == JsonValueKind.String && entry.Value.GetString() is { Length: > 0 } text ? text : null)
            : null,
        isEmptyNothing: false) ?? [];

    /// <summary>A whole number.</summary>
    public long? Whole(string name, long min, long max) => Value<long>(
        name,
        $"The value must be a whole number from {min} to {max}.",
        value => value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out var number) && number >= min && number <= max ? number : null);

    /// <summary>An RFC 3339 time.</summary>
    public DateTimeOffset? Time(string name) => Value<DateTimeOffset>(
        name,
        $"The value must be {Rfc3339.Allowed}, in the years from {BillingMonth.FirstYear} to {BillingMonth.LastYear}.",
        value => value.ValueKind == JsonValueKind.String && Rfc3339.TryParse(value.GetString()!, out var time) && time.UtcDateTime.Year is >= BillingMonth.FirstYear and <= BillingMonth.LastYear
            ? time.ToUniversalTime()
            : null);

    /// <summary>Says that a field which has to be there is missing.</summary>
    public T? Require<T>(string name, T? value)
    {
        if (value is null && !Errors.ByField.ContainsKey(name))
        {
            Errors.Add(name, "A value is required.");
        }

        return value;
    }

    /// <summary>Says which fields nobody has asked for, because they are misspelled or cannot be set.</summary>
    public void RefuseOthers(params ReadOnlySpan<string> alsoKnown)
    {
        foreach (var name in alsoKnown)
        {
            _known.Add(name);
        }

        foreach (var name in _fields.Keys.Where(name => !_known.Contains(name)))
        {
            Errors.Add(ShortText.Of(name, MaxName), $"There is no such field, or it cannot be set. Fields that can be set: {string.Join(", ", _known.Order(StringComparer.Ordinal))}.");
        }
    }

    private T? Value<T>(string name, string allowed, Func<JsonElement, T?> read)
        where T : struct => Find(name) is not { } value ? null : read(value) ?? Refuse<T?>(name, allowed);

    private T? Value<T>(string name, string allowed, Func<JsonElement, T?> read, bool isEmptyNothing)
        where T : class
    {
        if (Find(name) is not { } value || (isEmptyNothing && value.ValueKind == JsonValueKind.String && string.IsNullOrWhiteSpace(value.GetString())))
        {
            return null;
        }

        return read(value) ?? Refuse<T?>(name, allowed);
    }

    private static bool IsEntry(JsonProperty entry, int maxKey, int maxValue) =>
        entry.Name.Length > 0 && entry.Name.Length <= maxKey && !entry.Name.Any(letter => char.IsControl(letter) || letter is '[' or ']')
        && (entry.Value.ValueKind == JsonValueKind.Null || (entry.Value.ValueKind == JsonValueKind.String && entry.Value.GetString()!.Length <= maxValue));

    private JsonElement? Find(string name)
    {
        _known.Add(name);
        return _fields.TryGetValue(name, out var value) && value.ValueKind != JsonValueKind.Null ? value : null;
    }

    private T? Refuse<T>(string name, string allowed)
    {
        Errors.Add(name, allowed);
        return default;
    }
}
