using System.Text.Json.Serialization;

namespace Stripe;

/// <summary>What a field refers to: an id alone, or the whole object when the caller asked to expand it.</summary>
[JsonConverter(typeof(ExpandableFieldConverterFactory))]
internal sealed class ExpandableField<T>
    where T : class, IHasId
{
    private readonly string? _id;

    public ExpandableField(string? id) => _id = id;

    public ExpandableField(T? expandedObject) => ExpandedObject = expandedObject;

    public string? Id => ExpandedObject?.Id ?? _id;

    public T? ExpandedObject { get; }

    /// <summary>Refers to another id; the object stays only if it has that id.</summary>
    public static ExpandableField<T> Of(string? id, ExpandableField<T>? current)
        => current is not null && current.Id == id ? current : new ExpandableField<T>(id);
}
