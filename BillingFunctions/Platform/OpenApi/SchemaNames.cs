using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using BillingFunctions.Platform.Http;
using Microsoft.AspNetCore.OpenApi;

namespace BillingFunctions.Platform.OpenApi;

/// <summary>How the document calls the types: as users of the API know them.</summary>
internal static class SchemaNames
{
    private const string View = "View";

    /// <summary>The name in <c>components/schemas</c>; null for a schema that stands where it is used.</summary>
    public static string? Of(JsonTypeInfo type) =>
        type.Type == typeof(JsonObject) ? null
        : type.Type is { IsGenericType: true } page && page.GetGenericTypeDefinition() == typeof(ListPage<>) ? $"{WithoutView(page.GetGenericArguments()[0].Name)}Page"
        : OpenApiOptions.CreateDefaultSchemaReferenceId(type) is { } name ? WithoutView(name)
        : null;

    /// <summary>The name of a record.</summary>
    public static string Of(Type type) => WithoutView(type.Name);

    private static string WithoutView(string name) => name.EndsWith(View, StringComparison.Ordinal) ? name[..^View.Length] : name;
}
