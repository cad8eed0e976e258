using System.Collections.Frozen;
using BillingFunctions.Local.Hosting;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace BillingFunctions.Local.Functions;

/// <summary>The functions of the app, found once at start.</summary>
internal sealed class FunctionCatalog
{
    private readonly FrozenDictionary<string, FunctionDescriptor> _byName;

    /// <exception cref="StartupException">Two functions have one name, or are methods of one name in one class: the worker finds a method by those.</exception>
    public FunctionCatalog(IReadOnlyList<FunctionDescriptor> functions)
    {
        All = functions;
        foreach (var same in functions.GroupBy(function => function.Name, StringComparer.OrdinalIgnoreCase).Where(group => group.Skip(1).Any()))
        {
            throw new StartupException(
                $"Two functions are called {same.Key}: {string.Join(" and ", same.Select(function => function.EntryPoint))}.");
        }

        foreach (var same in functions.GroupBy(function => function.EntryPoint).Where(group => group.Skip(1).Any()))
        {
            throw new StartupException($"{string.Join(" and ", same.Select(function => function.Name))} are both called {same.Key}: the worker on Azure cannot tell them apart.");
        }

        _byName = functions.ToFrozenDictionary(function => function.Name, StringComparer.OrdinalIgnoreCase);
    }

    public IReadOnlyList<FunctionDescriptor> All { get; }

    /// <summary>The functions with a trigger of the given kind, in order of their names.</summary>
    public IEnumerable<FunctionDescriptor> TriggeredBy<TTrigger>()
        where TTrigger : TriggerBindingAttribute
        => All.Where(function => function.Trigger is TTrigger);

    /// <summary>The function with the given name and kind of trigger; null when there is none.</summary>
    public FunctionDescriptor? Find<TTrigger>(string name)
        where TTrigger : TriggerBindingAttribute
        => _byName.TryGetValue(name, out var function) && function.Trigger is TTrigger ? function : null;

    /// <summary>The function with the given name and kind of trigger.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public FunctionDescriptor Get<TTrigger>(string name)
        where TTrigger : TriggerBindingAttribute
        => Find<TTrigger>(name) ?? throw new InvalidOperationException($"The app has no function {name} with a {typeof(TTrigger).Name}.");
}
