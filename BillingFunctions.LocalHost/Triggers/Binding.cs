using System.Text.Json;
using BillingFunctions.LocalHost.Rpc;

namespace BillingFunctions.LocalHost.Triggers;

/// <summary>A binding of the worker's metadata.</summary>
/// <param name="Name">The function's parameter.</param>
/// <param name="Type">Such as <c>queueTrigger</c>.</param>
/// <param name="Json">Everything that the worker says of it.</param>
internal sealed record Binding(string Name, string Type, JsonElement Json)
{
    public const string HttpTrigger = "httpTrigger";

    public bool IsTrigger => Type.EndsWith("Trigger", StringComparison.OrdinalIgnoreCase);

    public bool IsHttp => Type.Equals(HttpTrigger, StringComparison.OrdinalIgnoreCase);

    public bool IsInput => Text("direction").Equals("In", StringComparison.OrdinalIgnoreCase);

    /// <summary>A property's text; empty when there is none.</summary>
    public string Text(string property) => Json.TryGetProperty(property, out var value) ? value.ToString() : "";

    public static Binding Parse(string raw)
    {
        using var document = JsonDocument.Parse(raw);
        var json = document.RootElement.Clone();
        return new Binding(json.GetProperty("name").GetString()!, json.GetProperty("type").GetString()!, json);
    }
}

/// <summary>A function of the worker.</summary>
/// <param name="Id">What the worker calls it.</param>
/// <param name="Inputs">What it takes, its trigger first.</param>
internal sealed record FunctionDefinition(string Id, string Name, IReadOnlyList<Binding> Inputs)
{
    public Binding Trigger => Inputs[0];

    /// <exception cref="NotSupportedException">The function has a binding that this host does not know.</exception>
    public static FunctionDefinition From(RpcFunctionMetadata metadata)
    {
        var bindings = metadata.RawBindings.Select(Binding.Parse).ToList();
        if (bindings.Find(binding => !FunctionTypes.IsSupported(binding)) is { } unknown)
        {
            throw new NotSupportedException($"{metadata.Name}: the binding '{unknown.Type}' ({unknown.Name}) is not supported by the local host.");
        }

        return new FunctionDefinition(
            metadata.FunctionId, metadata.Name, [.. bindings.Where(binding => binding.IsInput).OrderByDescending(binding => binding.IsTrigger)]);
    }
}
