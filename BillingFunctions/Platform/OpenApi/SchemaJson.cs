using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using BillingFunctions.Platform.Http;

namespace BillingFunctions.Platform.OpenApi;

/// <summary>The JSON that schemas are made from: the API's, where a record's parameters without a default are required.</summary>
internal static class SchemaJson
{
    public static void Configure(JsonSerializerOptions options)
    {
        ApiJson.Configure(options);
        options.RespectRequiredConstructorParameters = true;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Skip;
        options.TypeInfoResolver = new DefaultJsonTypeInfoResolver().WithAddedModifier(type =>
        {
            // The parameters of a record struct do not count as such.
            foreach (var property in type.Properties.Where(_ => type.Type.IsValueType))
            {
                property.IsRequired = true;
            }
        });
    }
}
