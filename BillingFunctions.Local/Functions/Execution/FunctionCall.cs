using System.Reflection;
using Microsoft.Extensions.DependencyInjection;

namespace BillingFunctions.Local.Functions;

/// <summary>Calls a function's method on a new instance of its class and awaits what it returns.</summary>
internal sealed class FunctionCall(MethodInfo method)
{
    private readonly ObjectFactory? _activate =
        method.IsStatic ? null : ActivatorUtilities.CreateFactory(method.DeclaringType!, Type.EmptyTypes);

    private readonly Func<object?, Task<object?>> _awaitResult = AwaitedResult.Of(method.ReturnType);

    public async Task<object?> InvokeAsync(IServiceProvider services, object?[] arguments)
    {
        var instance = _activate?.Invoke(services, []);
        try
        {
            return await _awaitResult(method.Invoke(instance, BindingFlags.DoNotWrapExceptions, null, arguments, null));
        }
        finally
        {
            await DisposeAsync(instance);
        }
    }

    private static async ValueTask DisposeAsync(object? instance)
    {
        if (instance is IAsyncDisposable asyncDisposable)
        {
            await asyncDisposable.DisposeAsync();
        }
        else if (instance is IDisposable disposable)
        {
            disposable.Dispose();
        }
    }
}
