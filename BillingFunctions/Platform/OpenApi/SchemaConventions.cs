using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace BillingFunctions.Platform.OpenApi;

/// <summary>What a schema cannot take from a type: that times are texts, which fields may be left out, and what values look like.</summary>
internal sealed class SchemaConventions : IOpenApiSchemaTransformer
{
    private const string Time = "RFC 3339, in UTC.";

    public Task TransformAsync(OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var type = context.JsonTypeInfo;
        if (type.Type == typeof(JsonObject))
        {
            schema.Type = JsonSchemaType.Object;
        }

        if ((Nullable.GetUnderlyingType(type.Type) ?? type.Type) == typeof(DateTimeOffset))
        {
            schema.Type = type.Type == typeof(DateTimeOffset) ? JsonSchemaType.String : JsonSchemaType.String | JsonSchemaType.Null;
            schema.Description = $"{schema.Description} {Time}".TrimStart();
        }

        foreach (var property in type.Properties.Where(MayBeLeftOut))
        {
            schema.Required?.Remove(property.Name);
        }

        if (context.JsonPropertyInfo is { } field && schema.Enum is not { Count: > 0 } && Samples.OfProperty(SchemaNames.Of(field.DeclaringType), field.Name) is { } sample && IsOf(schema, sample))
        {
            schema.Examples = [sample.DeepClone()];
        }

        return Task.CompletedTask;
    }

    private static bool MayBeLeftOut(JsonPropertyInfo property) => property.AttributeProvider?.IsDefined(typeof(JsonIgnoreAttribute), inherit: true) == true;

    /// <summary>A name may stand for a text here and for a number or an object there.</summary>
    private static bool IsOf(OpenApiSchema schema, JsonNode sample) => sample.GetValueKind() switch
    {
        JsonValueKind.String => schema.Type?.HasFlag(JsonSchemaType.String) == true,
        JsonValueKind.Number => schema.Type?.HasFlag(JsonSchemaType.Integer) == true,
        JsonValueKind.Array => schema.Type?.HasFlag(JsonSchemaType.Array) == true,
        _ => false,
    };
}
