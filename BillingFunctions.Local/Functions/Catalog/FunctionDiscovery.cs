using System.Collections.Immutable;
using System.Reflection;
using BillingFunctions.Local.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace BillingFunctions.Local.Functions;

/// <summary>Finds functions by reflection and decides how each of their parameters is filled.</summary>
internal sealed class FunctionDiscovery(IEnumerable<ITriggerKind> triggers, IEnumerable<IInputKind> inputs, OutputDiscovery outputs)
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <exception cref="StartupException">A function cannot be run: the message names it and its parameter.</exception>
    public FunctionCatalog Find(IEnumerable<Type> types)
    {
        var functions =
            from type in types
            from method in type.GetMethods(Declared)
            let attribute = method.GetCustomAttribute<FunctionAttribute>()
            where attribute is not null
            orderby attribute.Name
            select Describe(attribute.Name, method);
        return new FunctionCatalog([.. functions]);
    }

    private FunctionDescriptor Describe(string name, MethodInfo method)
    {
        ThrowIfNotCallable(name, method);
        var (trigger, kind) = TriggerOf(name, method);
        var metadata = ImmutableDictionary.CreateBuilder<string, BindingMetadata>(StringComparer.OrdinalIgnoreCase);
        var bindings = new List<ParameterBinding>();
        foreach (var parameter in method.GetParameters())
        {
            var (binding, bindingType) = BindingOf(name, parameter, trigger, kind);
            bindings.Add(binding);
            if (bindingType is not null)
            {
                metadata[parameter.Name!] = new InputBinding(parameter.Name!, bindingType);
            }
        }

        return new FunctionDescriptor(name, method, trigger, kind.BindingType, metadata.ToImmutable(), bindings, outputs.Find(name, method));
    }

    private (TriggerBindingAttribute Trigger, ITriggerKind Kind) TriggerOf(string name, MethodInfo method)
    {
        var found = method.GetParameters().SelectMany(parameter => parameter.GetCustomAttributes<TriggerBindingAttribute>()).ToList();
        if (found is not [var trigger])
        {
            throw new StartupException($"Function {name} has {found.Count} triggers; a function has exactly one.");
        }

        var kind = triggers.FirstOrDefault(kind => kind.Attribute == trigger.GetType());
        return kind is null
            ? throw new StartupException($"Function {name} has a trigger that the local edition does not know: {trigger.GetType().Name}.")
            : (trigger, kind);
    }

    private (ParameterBinding Binding, string? BindingType) BindingOf(
        string name,
        ParameterInfo parameter,
        TriggerBindingAttribute trigger,
        ITriggerKind kind)
    {
        foreach (var input in inputs)
        {
            if (input.Bind(parameter) is { } binding)
            {
                return (binding, input.BindingType);
            }
        }

        var isTrigger = parameter.IsDefined(typeof(TriggerBindingAttribute));
        return kind.Bind(parameter, trigger) is { } own
            ? (own, isTrigger ? kind.BindingType : null)
            : throw new StartupException(
                $"Function {name}: parameter {parameter.Name} of type {parameter.ParameterType.Name} cannot be bound.");
    }

    private static void ThrowIfNotCallable(string name, MethodInfo method)
    {
        if (!method.IsPublic || method.DeclaringType is not { IsVisible: true })
        {
            throw new StartupException($"Function {name}: {method.DeclaringType?.Name}.{method.Name} must be a public method of a public class.");
        }

        if (method.ContainsGenericParameters || method.DeclaringType is { IsAbstract: true, IsSealed: false })
        {
            throw new StartupException($"Function {name}: {method.DeclaringType.Name}.{method.Name} must not be generic or abstract.");
        }
    }
}
