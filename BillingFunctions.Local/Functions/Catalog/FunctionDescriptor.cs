using System.Collections.Immutable;
using System.Reflection;
using System.Security.Cryptography;
using System.Text;
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
    public MethodInfo Method { get; } = method;

    public TriggerBindingAttribute Trigger { get; } = trigger;

    /// <summary>The kind of trigger, such as <c>httpTrigger</c>.</summary>
    public string TriggerType => triggerType;

    /// <summary>One for each parameter, in order.</summary>
    public IReadOnlyList<ParameterBinding> Bindings { get; } = bindings;

    /// <summary>Where the result goes.</summary>
    public FunctionOutputs Outputs => outputs;

    public FunctionCall Call { get; } = new(method);

    public override string Name { get; } = name;

    public override string Id { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(name)))[..16];

    public override string PathToAssembly => Method.Module.FullyQualifiedName;

    public override string EntryPoint => $"{Method.DeclaringType?.FullName}.{Method.Name}";

    public override ImmutableArray<FunctionParameter> Parameters { get; } =
        [.. method.GetParameters().Select(parameter => new FunctionParameter(parameter.Name ?? "", parameter.ParameterType))];

    public override IImmutableDictionary<string, BindingMetadata> InputBindings => inputs;

    public override IImmutableDictionary<string, BindingMetadata> OutputBindings => outputs.Metadata;
}
