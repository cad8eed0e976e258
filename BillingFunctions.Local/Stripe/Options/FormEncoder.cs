using System.Collections;
using System.Globalization;
using System.Net;
using System.Reflection;
using System.Runtime.Serialization;
using System.Text.Json.Serialization;

namespace Stripe;

/// <summary>Writes options as Stripe's forms do: <c>created[gte]=1</c>, <c>items[0][price]=x</c>, times in Unix seconds.</summary>
internal static class FormEncoder
{
    public static string Encode(BaseOptions? options)
        => options is null ? "" : string.Join('&', Flatten(options, "").Select(pair => $"{Escape(pair.Key)}={Escape(pair.Value)}"));

    // Brackets stay readable; Stripe takes them as they are
    private static string Escape(string text) => WebUtility.UrlEncode(text).Replace("%5B", "[").Replace("%5D", "]");

    private static IEnumerable<KeyValuePair<string, string>> Flatten(object? value, string key) => value switch
    {
        IAnyOf anyOf => anyOf.Value is null ? [] : Flatten(anyOf.Value, key),
        INestedOptions options => FlattenOptions(options, key),
        IDictionary dictionary => FlattenDictionary(dictionary, key),
        string text => [new(key, text)],
        IEnumerable list => FlattenList(list, key),
        _ => [new(key, Scalar(value))],
    };

    private static IEnumerable<KeyValuePair<string, string>> FlattenOptions(INestedOptions options, string prefix)
        => options.GetType().GetProperties().SelectMany(property => FlattenProperty(options, property, prefix));

    private static IEnumerable<KeyValuePair<string, string>> FlattenProperty(INestedOptions options, PropertyInfo property, string prefix)
    {
        var value = property.GetValue(options);
        if (property.IsDefined(typeof(JsonExtensionDataAttribute)))
        {
            return value is IDictionary extra ? FlattenDictionary(extra, prefix) : [];
        }

        var cleared = value is null && options is BaseOptions tracked && tracked.IsAssigned(property.Name);
        return value is null && !cleared ? [] : Flatten(value, Nest(prefix, StripeJson.NameOf(property)));
    }

    private static IEnumerable<KeyValuePair<string, string>> FlattenDictionary(IDictionary dictionary, string prefix)
        => dictionary.Keys.Cast<object>().SelectMany(key => Flatten(dictionary[key], Nest(prefix, Scalar(key))));

    // A form cannot say "empty list"; an empty value is what Stripe takes for it
    private static IEnumerable<KeyValuePair<string, string>> FlattenList(IEnumerable list, string key)
        => list.Cast<object?>().SelectMany((item, index) => Flatten(item, string.Create(CultureInfo.InvariantCulture, $"{key}[{index}]")))
            .DefaultIfEmpty(new(key, ""));

    private static string Scalar(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        DateTime time => ((DateTimeOffset)time).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture),
        Enum member => member.GetType().GetField(member.ToString())?.GetCustomAttribute<EnumMemberAttribute>()?.Value ?? member.ToString(),
        _ => string.Format(CultureInfo.InvariantCulture, "{0}", value),
    };

    // A key may bring brackets of its own: b[c] under a becomes a[b][c]
    private static string Nest(string prefix, string key)
    {
        if (prefix.Length == 0)
        {
            return key;
        }

        var bracket = key.IndexOf('[', StringComparison.Ordinal);
        return bracket < 0 ? $"{prefix}[{key}]" : $"{prefix}[{key[..bracket]}]{key[bracket..]}";
    }
}
