using BillingFunctions.Local.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Local.Functions;

/// <summary>Maps the HTTP functions of the app to routes.</summary>
internal sealed class HttpEndpoints(
    FunctionCatalog catalog,
    FunctionPipeline pipeline,
    HostJson hostJson,
    HttpInvoker invoker,
    ParameterPolicyFactory policies)
{
    /// <exception cref="StartupException">A route cannot be served; the message names the function.</exception>
    public void Map(IEndpointRouteBuilder endpoints)
    {
        var routes = catalog.TriggeredBy<HttpTriggerAttribute>().Select(function => new HttpRoute(function, hostJson.RoutePrefix)).ToList();
        if (routes.Count > 0 && !pipeline.AspNetCore)
        {
            throw new StartupException("The app has HTTP functions but does not call ConfigureFunctionsWebApplication.");
        }

        ThrowIfSame(routes);
        foreach (var route in routes)
        {
            ThrowIfUnknownConstraint(route);
            Map(endpoints, route);
        }
    }

    private void Map(IEndpointRouteBuilder endpoints, HttpRoute route)
    {
        RequestDelegate handle = http => invoker.InvokeAsync(route.Function, http);
        var endpoint = route.Methods.Count == 0
            ? endpoints.Map(route.Pattern, handle)
            : endpoints.Map(route.Pattern, handle).WithMetadata(new HttpMethodMetadata(route.Methods));
        endpoint.WithDisplayName(route.Function.Name).WithMetadata(new RequiredKey(route.Level));
    }

    private static void ThrowIfSame(List<HttpRoute> routes)
    {
        for (var i = 0; i < routes.Count; i++)
        {
            if (routes.Skip(i + 1).FirstOrDefault(routes[i].Overlaps) is { } other)
            {
                throw new StartupException(
                    $"Functions {routes[i].Function.Name} and {other.Function.Name} answer the same requests: route /{other.Template}.");
            }
        }
    }

    private void ThrowIfUnknownConstraint(HttpRoute route)
    {
        try
        {
            foreach (var parameter in route.Pattern.Parameters)
            {
                foreach (var policy in parameter.ParameterPolicies)
                {
                    policies.Create(parameter, policy);
                }
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or RouteCreationException)
        {
            throw new StartupException($"Function {route.Function.Name}: the route {route.Template} is not valid: {exception.Message}");
        }
    }
}
