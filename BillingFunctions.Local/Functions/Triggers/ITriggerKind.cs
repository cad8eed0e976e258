using System.Reflection;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace BillingFunctions.Local.Functions;

/// <summary>A kind of trigger: the attribute that marks it and the parameters that it alone can fill.</summary>
internal interface ITriggerKind
{
    /// <summary>The attribute on the trigger's parameter.</summary>
    Type Attribute { get; }

    /// <summary>The name of the binding, such as <c>httpTrigger</c>.</summary>
    string BindingType { get; }

    /// <summary>How to fill the trigger's parameter or one that belongs to it; null when this kind does not know it.</summary>
    /// <exception cref="Hosting.StartupException">The parameter is meant for this kind but cannot be filled.</exception>
    ParameterBinding? Bind(ParameterInfo parameter, TriggerBindingAttribute trigger);
}
