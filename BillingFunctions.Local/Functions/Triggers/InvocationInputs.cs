using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Local.Functions;

/// <summary>The invocation itself and its cancellation.</summary>
internal sealed class InvocationInputs : IInputKind
{
    public string? BindingType => null;

    public ParameterBinding? Bind(ParameterInfo parameter)
    {
        if (parameter.ParameterType == typeof(FunctionContext))
        {
            return context => context;
        }

        return parameter.ParameterType == typeof(CancellationToken) ? context => context.CancellationToken : null;
    }
}
