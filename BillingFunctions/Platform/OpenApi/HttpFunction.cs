using System.Reflection;
using System.Text.Json;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Platform.OpenApi;

/// <summary>An HTTP function as its attributes tell of it.</summary>
internal sealed record HttpFunction(MethodInfo Method, string Name, HttpTriggerAttribute Trigger)
{
    private const string Suffix = "Function";

    /// <summary>All of the app, in the order of their routes.</summary>
    public static IReadOnlyList<HttpFunction> All { get; } =
    [
        .. typeof(HttpFunction).Assembly.GetTypes().SelectMany(type => type.GetMethods()).Select(Find).OfType<HttpFunction>()
            .OrderBy(function => function.Route, StringComparer.Ordinal).ThenBy(function => function.Name, StringComparer.Ordinal),
    ];

    /// <summary>Without a slash at the beginning.</summary>
    public string Route => Trigger.Route!;

    public IReadOnlyList<string> Verbs => Trigger.Methods!;

    public bool NeedsKey => Trigger.AuthLevel != AuthorizationLevel.Anonymous;

    /// <summary>The folder of its capability, in words.</summary>
    public string Tag => JsonNamingPolicy.SnakeCaseLower.ConvertName(Method.DeclaringType!.Namespace!.Split('.')[1]).Replace('_', ' ');

    public bool IsAlias => Method.IsDefined(typeof(AliasOfAttribute));

    /// <summary>Whether it belongs to the API: web pages do not.</summary>
    public bool IsDescribed => !Method.IsDefined(typeof(ExcludeFromDescriptionAttribute));

    /// <summary>The routes under which it is reached too.</summary>
    public IEnumerable<string> Aliases => All
        .Where(other => other.Method.DeclaringType == Method.DeclaringType && other.Method.GetCustomAttribute<AliasOfAttribute>()?.Method == Method.Name)
        .Select(other => other.Route);

    /// <summary>The names of the route's parameters.</summary>
    public IEnumerable<string> Parameters => TemplateParser.Parse(Route).Parameters.Select(parameter => parameter.Name!);

    /// <summary>Unique in the document: the function's name, and the method behind it for any but the first.</summary>
    public string OperationId(string verb)
    {
        var name = Name.EndsWith(Suffix, StringComparison.Ordinal) ? Name[..^Suffix.Length] : Name;
        return verb == Verbs[0] ? name : $"{name}By{char.ToUpperInvariant(verb[0])}{verb[1..]}";
    }

    private static HttpFunction? Find(MethodInfo method) =>
        method.GetCustomAttribute<FunctionAttribute>() is { } function
        && method.GetParameters().Select(parameter => parameter.GetCustomAttribute<HttpTriggerAttribute>()).FirstOrDefault(trigger => trigger is not null) is { } trigger
            ? new HttpFunction(method, function.Name, trigger)
            : null;
}
