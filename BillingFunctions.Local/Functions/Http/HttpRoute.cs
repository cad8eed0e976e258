using BillingFunctions.Local.Hosting;
using Microsoft.AspNetCore.Routing.Patterns;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Local.Functions;

/// <summary>The route of an HTTP function behind the app's prefix.</summary>
internal sealed class HttpRoute
{
    private readonly string _shape;

    /// <exception cref="StartupException">The template or the level cannot be served.</exception>
    public HttpRoute(FunctionDescriptor function, string prefix)
    {
        var trigger = (HttpTriggerAttribute)function.Trigger;
        Function = function;
        Template = string.Join('/', new[] { prefix.Trim('/'), (trigger.Route ?? function.Name).TrimStart('/') }.Where(part => part != ""));
        Methods = [.. (trigger.Methods ?? []).Select(method => method.ToUpperInvariant()).Distinct()];
        Level = trigger.AuthLevel != AuthorizationLevel.User
            ? trigger.AuthLevel
            : throw new StartupException($"Function {function.Name}: the local edition has no signed-in users (AuthorizationLevel.User).");
        Pattern = Parse(function.Name, Template);
        _shape = string.Join('/', Pattern.PathSegments.Select(Shape)).ToUpperInvariant();
    }

    public FunctionDescriptor Function { get; }

    public string Template { get; }

    public RoutePattern Pattern { get; }

    /// <summary>Upper case; empty for all methods.</summary>
    public IReadOnlyList<string> Methods { get; }

    public AuthorizationLevel Level { get; }

    /// <summary>Whether some request fits both routes equally well.</summary>
    public bool Overlaps(HttpRoute other)
        => _shape == other._shape && (Methods.Count == 0 || other.Methods.Count == 0 || Methods.Intersect(other.Methods).Any());

    private static RoutePattern Parse(string function, string template)
    {
        try
        {
            return RoutePatternFactory.Parse(template);
        }
        catch (RoutePatternException exception)
        {
            throw new StartupException($"Function {function}: the route {template} is not valid: {exception.Message}");
        }
    }

    private static string Shape(RoutePatternPathSegment segment) => string.Concat(segment.Parts.Select(part => part switch
    {
        RoutePatternLiteralPart literal => literal.Content,
        RoutePatternSeparatorPart separator => separator.Content,
        RoutePatternParameterPart parameter =>
            $"{{{parameter.ParameterKind}{string.Concat(parameter.ParameterPolicies.Select(policy => ":" + policy.Content))}}}",
        _ => "?",
    }));
}
