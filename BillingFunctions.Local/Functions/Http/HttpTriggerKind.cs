using System.Reflection;
using BillingFunctions.Local.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Azure.Functions.Worker.Extensions.Abstractions;

namespace BillingFunctions.Local.Functions;

/// <summary>HTTP functions: the request and, by name, the values of the route.</summary>
internal sealed class HttpTriggerKind : ITriggerKind
{
    public Type Attribute => typeof(HttpTriggerAttribute);

    public string BindingType => "httpTrigger";

    public ParameterBinding? Bind(ParameterInfo parameter, TriggerBindingAttribute trigger)
    {
        if (parameter.ParameterType == typeof(HttpRequest))
        {
            return context => context.GetHttpContext()!.Request;
        }

        return IsInRoute(parameter.Name!, (HttpTriggerAttribute)trigger) ? RouteValue.Bind(parameter) : null;
    }

    private static bool IsInRoute(string name, HttpTriggerAttribute trigger)
    {
        try
        {
            return RoutePatternFactory.Parse(trigger.Route ?? "").GetParameter(name) is not null;
        }
        catch (RoutePatternException exception)
        {
            throw new StartupException($"The route {trigger.Route} is not valid: {exception.Message}");
        }
    }
}
