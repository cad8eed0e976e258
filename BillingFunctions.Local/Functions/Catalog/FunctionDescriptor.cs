using System.Collections.Immutable;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace BillingFunctions.Local.Functions;

/// <summary>A function of the app: its method, its trigger and how each of its parameters is filled.</summary>
internal sealed class FunctionDescriptor(
    string name,
    MethodInfo method,
    TriggerBindingAttribute trigger,
    string triggerType,
    ImmutableDictionary<string, BindingMetadata> inputs,
    IReadOnlyList<ParameterBinding> bindings,
    FunctionOutputs outputs) : FunctionDefinition
{
    public TriggerBindingAttribute Trigger { get; } = trigger;

    /// <summary>The kind of trigger, such as <c>httpTrigger</c>.</summary>
    public string TriggerType => triggerType;

    /// <summary>One for each parameter, in order.</summary>
    public IReadOnlyList<ParameterBinding> Bindings { get; } = bindings;

    /// <summary>Where the result goes.</summary>
    public FunctionOutputs Outputs => outputs;

    public FunctionCall Call { get; } = new(method);

    public override string Name { get; } = name;

    /// <summary>The method, as <c>Namespace.Type.Method</c>.</summary>
    public string EntryPoint => $"{method.DeclaringType?.FullName}.{method.Name}";

    public override IImmutableDictionary<string, BindingMetadata> InputBindings => inputs;
}
