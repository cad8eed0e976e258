using System.Collections.Concurrent;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Platform.Http;

/// <summary>Which functions have an attribute, for middleware, which knows a function by its name only.</summary>
/// <typeparam name="T">The attribute.</typeparam>
internal static class FunctionAttributes<T>
    where T : Attribute
{
    private static readonly ConcurrentDictionary<string, bool> Known = new(StringComparer.Ordinal);

    /// <summary>Whether a function's method has it.</summary>
    public static bool AreOn(FunctionDefinition function) => Known.GetOrAdd(function.EntryPoint, Look);

    /// <param name="entryPoint">The full name of the function's method.</param>
    private static bool Look(string entryPoint)
    {
        var end = entryPoint.LastIndexOf('.');
        return typeof(T).Assembly.GetType(entryPoint[..end])?.GetMethod(entryPoint[(end + 1)..])?.GetCustomAttribute<T>() is not null;
    }
}
