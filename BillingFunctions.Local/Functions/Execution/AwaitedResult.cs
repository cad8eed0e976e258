using System.Reflection;

namespace BillingFunctions.Local.Functions;

/// <summary>Awaits whatever a method may return: nothing, a value, a task or a value task.</summary>
internal static class AwaitedResult
{
    /// <summary>How to await results declared as <paramref name="returnType"/>.</summary>
    public static Func<object?, Task<object?>> Of(Type returnType)
    {
        if (returnType == typeof(Task))
        {
            return OfTaskAsync;
        }

        if (returnType == typeof(ValueTask))
        {
            return result => OfTaskAsync(((ValueTask)result!).AsTask());
        }

        return returnType.IsGenericType switch
        {
            true when returnType.GetGenericTypeDefinition() == typeof(Task<>) => Generic(nameof(OfTaskAsync), returnType),
            true when returnType.GetGenericTypeDefinition() == typeof(ValueTask<>) => Generic(nameof(OfValueTaskAsync), returnType),
            _ => Task.FromResult<object?>,
        };
    }

    /// <summary>The type of what is left when results declared as <paramref name="returnType"/> are awaited.</summary>
    public static Type TypeOf(Type returnType)
        => returnType.IsGenericType && returnType.GetGenericTypeDefinition() is var open && (open == typeof(Task<>) || open == typeof(ValueTask<>))
            ? returnType.GenericTypeArguments[0]
            : returnType;

    private static Func<object?, Task<object?>> Generic(string method, Type returnType)
        => typeof(AwaitedResult)
            .GetMethod(method, 1, BindingFlags.NonPublic | BindingFlags.Static, null, [typeof(object)], null)!
            .MakeGenericMethod(returnType.GenericTypeArguments)
            .CreateDelegate<Func<object?, Task<object?>>>();

    private static async Task<object?> OfTaskAsync(object? task)
    {
        await (Task)task!;
        return null;
    }

    private static async Task<object?> OfTaskAsync<T>(object? task) => await (Task<T>)task!;

    private static async Task<object?> OfValueTaskAsync<T>(object? task) => await (ValueTask<T>)task!;
}
