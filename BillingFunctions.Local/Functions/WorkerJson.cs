using System.Text.Json;
using Azure.Core.Serialization;

namespace BillingFunctions.Local.Functions;

/// <summary>The worker's serializer, for messages and durable payloads. HTTP results have ASP.NET Core's own JSON options.</summary>
internal static class WorkerJson
{
    public static JsonSerializerOptions Options { get; } = new() { PropertyNameCaseInsensitive = true };

    public static ObjectSerializer Serializer { get; } = new JsonObjectSerializer(Options);
}
