using System.Reflection;
using BillingFunctions.Local.Hosting;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace BillingFunctions.Local.Functions;

/// <summary>Finds the outputs of a function: marks on its method, else on the properties of what it returns.</summary>
internal sealed class OutputDiscovery(IEnumerable<IOutputKind> kinds)
{
    private const string WholeResult = "$return";

    /// <exception cref="StartupException">An output cannot be; the message names the function and the output.</exception>
    public FunctionOutputs Find(string function, MethodInfo method)
    {
        var properties = AwaitedResult.TypeOf(method.ReturnType).GetProperties(BindingFlags.Public | BindingFlags.Instance);
        return new FunctionOutputs(
            [
                .. Outputs(function, WholeResult, method, property: null),
                .. properties.SelectMany(property => Outputs(function, property.Name, property, property)),
            ],
            properties.FirstOrDefault(property => property.IsDefined(typeof(HttpResultAttribute))));
    }

    private IEnumerable<FunctionOutput> Outputs(string function, string name, MemberInfo marked, PropertyInfo? property)
    {
        foreach (var attribute in marked.GetCustomAttributes<OutputBindingAttribute>().Where(attribute => attribute is not HttpResultAttribute))
        {
            var subject = $"Function {function}, output {name}";
            var kind = kinds.FirstOrDefault(kind => kind.Attribute == attribute.GetType())
                ?? throw new StartupException($"{subject}: the local edition does not know {attribute.GetType().Name}.");
            yield return new FunctionOutput(property, kind.Bind(attribute, subject));
        }
    }
}
