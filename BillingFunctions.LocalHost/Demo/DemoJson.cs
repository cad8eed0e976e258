using System.Text.Json;

namespace BillingFunctions.LocalHost.Demo;

/// <summary>The JSON of the app's API.</summary>
internal static class DemoJson
{
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
}
