using System.Text.Json;
using BillingFunctions.Local.Functions;
using Microsoft.DurableTask;

namespace BillingFunctions.Local.DurableTask;

/// <summary>
/// Converts all durable payloads as Azure Functions does: with the worker's serializer, which leaves fields out and does not mind the case of
/// names, and not with the default of Durable Task elsewhere. The host reads activity inputs with it too.
/// </summary>
internal sealed class DurableJson : DataConverter
{
    public static DataConverter Converter { get; } = new DurableJson();

    public override string? Serialize(object? value) => value is null ? null : JsonSerializer.Serialize(value, WorkerJson.Options);

    public override object? Deserialize(string? data, Type targetType) =>
        data is null ? null : JsonSerializer.Deserialize(data, targetType, WorkerJson.Options);
}
