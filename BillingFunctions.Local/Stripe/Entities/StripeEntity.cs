using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Stripe;

/// <summary>An object of Stripe's API.</summary>
public abstract class StripeEntity : IStripeEntity
{
    /// <summary>The JSON as Stripe sent it, with the fields that have no property here; null in an object made by the caller.</summary>
    [JsonIgnore]
    public JsonElement? RawJsonElement { get; protected set; }

    /// <summary>The answer that brought this object; null in objects inside another, such as the items of a list.</summary>
    [JsonIgnore]
    public StripeResponse? StripeResponse { get; set; }

    /// <summary>Whether the vendor keeps the raw JSON of this kind; where it does not, having it here would hide that from tests.</summary>
    internal virtual bool KeepsRawJson => true;

    /// <exception cref="JsonException">The text is not such an object.</exception>
    public static T FromJson<T>(string value)
        where T : IStripeEntity
        => JsonSerializer.Deserialize<T>(value, StripeJson.Options)!;

    /// <summary>The properties as indented JSON, without the fields that have no property.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, GetType(), StripeJson.Indented);

    public override string ToString()
        => $"<{GetType().FullName}@{RuntimeHelpers.GetHashCode(this)} id={(this as IHasId)?.Id}> JSON: {ToJson()}";

    internal void SetRawJson(JsonElement raw) => RawJsonElement = raw;
}

/// <inheritdoc/>
public abstract class StripeEntity<T> : StripeEntity
    where T : StripeEntity<T>
{
    /// <exception cref="JsonException">The text is not such an object.</exception>
    public static T FromJson(string value) => FromJson<T>(value);
}
