using System.Reflection;

namespace BillingFunctions.Local.Functions;

/// <summary>What becomes of a function's result: the whole of it or its properties are sent on, and one may be the HTTP response.</summary>
internal sealed class FunctionOutputs(IReadOnlyList<FunctionOutput> outputs, PropertyInfo? httpResult)
{
    /// <summary>The part of the result that is the HTTP response.</summary>
    public object? HttpResult(object? result) => httpResult is null ? result : FunctionOutput.ValueOf(httpResult, result);

    /// <summary>Sends the result to the outputs; what is null goes nowhere.</summary>
    public async Task SendAsync(object? result)
    {
        foreach (var output in outputs)
        {
            if (output.ValueIn(result) is { } value)
            {
                await output.Send(value);
            }
        }
    }
}

/// <summary>One output of a function.</summary>
/// <param name="Property">Where the value is; null for the whole result.</param>
/// <param name="Send">Sends a value.</param>
internal sealed record FunctionOutput(PropertyInfo? Property, OutputBinding Send)
{
    public object? ValueIn(object? result) => Property is null ? result : ValueOf(Property, result);

    // A middleware may have replaced the result by something else.
    public static object? ValueOf(PropertyInfo property, object? result) =>
        property.DeclaringType!.IsInstanceOfType(result) ? property.GetValue(result) : null;
}
