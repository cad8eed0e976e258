using System.Text.Json;
using System.Text.Json.Serialization;

namespace BillingFunctions.Platform.Storage;

internal static class StoredJson
{
    /// <summary>How records are kept in table columns: enums by name, and fields of other versions of the app passed over.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };
}
