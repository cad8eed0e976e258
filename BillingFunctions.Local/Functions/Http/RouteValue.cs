using System.Globalization;
using System.Reflection;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Local.Functions;

/// <summary>Route values as parameters: string, int, long or Guid, or their nullable kin for an optional one.</summary>
internal static class RouteValue
{
    public static ParameterBinding? Bind(ParameterInfo parameter)
    {
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        Func<string, object>? convert = type switch
        {
            _ when type == typeof(string) => text => text,
            _ when type == typeof(int) => text => int.Parse(text, CultureInfo.InvariantCulture),
            _ when type == typeof(long) => text => long.Parse(text, CultureInfo.InvariantCulture),
            _ when type == typeof(Guid) => text => Guid.Parse(text, CultureInfo.InvariantCulture),
            _ => null,
        };
        return convert is null ? null : context => Value(context, parameter, convert);
    }

    private static object? Value(FunctionContext context, ParameterInfo parameter, Func<string, object> convert)
    {
        if (context.BindingContext.BindingData.TryGetValue(parameter.Name!, out var value) && value is not null)
        {
            return convert(Convert.ToString(value, CultureInfo.InvariantCulture)!);
        }

        return parameter.HasDefaultValue ? parameter.DefaultValue : null;
    }
}
