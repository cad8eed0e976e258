using System.Globalization;
using System.Reflection.Emit;
using System.Text.Json;

namespace BillingFunctions.LocalHost.Triggers;

/// <summary>Attributes of the WebJobs SDK for a generated class.</summary>
internal static class SdkAttribute
{
    public static CustomAttributeBuilder Create(Type type, object[] arguments, params (string Name, object Value)[] properties) => new(
        type.GetConstructor([.. arguments.Select(argument => argument.GetType())])!,
        arguments,
        [.. properties.Select(property => type.GetProperty(property.Name)!)],
        [.. properties.Select(property => property.Value)]);

    /// <summary>
    /// The attribute that a binding's JSON describes: the widest constructor whose parameters the JSON has, then every settable property
    /// that it has. The names are those of the SDK but for <c>schedule</c>.
    /// </summary>
    public static CustomAttributeBuilder FromJson(Type type, JsonElement json)
    {
        var values = json.EnumerateObject().Where(property => property.Value.ValueKind != JsonValueKind.Null).ToDictionary(
            property => property.NameEquals("schedule") ? "scheduleExpression" : property.Name, property => property.Value, StringComparer.OrdinalIgnoreCase);
        var constructor = type.GetConstructors()
            .Where(candidate => candidate.GetParameters().All(parameter => values.ContainsKey(parameter.Name!) && IsScalar(parameter.ParameterType)))
            .MaxBy(candidate => candidate.GetParameters().Length) ?? throw new NotSupportedException($"{type.Name} cannot be made from {json}.");
        var properties = type.GetProperties()
            .Where(property => property.SetMethod is { IsPublic: true } && values.ContainsKey(property.Name) && IsScalar(property.PropertyType)).ToArray();
        return new CustomAttributeBuilder(
            constructor,
            [.. constructor.GetParameters().Select(parameter => Read(values[parameter.Name!], parameter.ParameterType))],
            properties,
            [.. properties.Select(property => Read(values[property.Name], property.PropertyType))]);
    }

    /// <summary>The worker writes some numbers and booleans as strings.</summary>
    private static object? Read(JsonElement value, Type type) => value.ValueKind == JsonValueKind.String
        ? Convert.ChangeType(value.GetString(), type, CultureInfo.InvariantCulture)
        : value.Deserialize(type);

    private static bool IsScalar(Type type) => type == typeof(string) || type.IsPrimitive;
}
