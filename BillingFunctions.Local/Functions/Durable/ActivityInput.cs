using BillingFunctions.Local.DurableTask;

namespace BillingFunctions.Local.Functions;

/// <summary>What an orchestrator gave an activity.</summary>
/// <param name="Json">Null for nothing.</param>
internal sealed record ActivityInput(string? Json)
{
    public object? As(Type type) => DurableJson.Converter.Deserialize(Json, type);
}
