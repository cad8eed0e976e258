using Microsoft.DurableTask;
using Microsoft.DurableTask.Converters;

namespace BillingFunctions.Local.DurableTask;

/// <summary>The converter of all durable payloads: the vendor's default. The host reads activity inputs with it.</summary>
internal static class DurableJson
{
    public static DataConverter Converter { get; } = JsonDataConverter.Default;
}
