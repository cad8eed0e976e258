using System.Reflection;

namespace BillingFunctions.Local.Functions;

/// <summary>A kind of parameter that functions of any trigger may have.</summary>
internal interface IInputKind
{
    /// <summary>The name of the binding as middlewares see it; null for what is no binding, such as the context.</summary>
    string? BindingType { get; }

    /// <summary>How to fill the parameter; null when it is of another kind.</summary>
    ParameterBinding? Bind(ParameterInfo parameter);
}
