using Microsoft.OpenApi;

namespace BillingFunctions.Platform.OpenApi;

/// <summary>What a request has to bring with it.</summary>
internal static class SecuritySchemes
{
    public static SecuredByAttribute KeyHeader { get; } = new("function_key", ParameterLocation.Header, "x-functions-key", "A function key of the app.");

    public static SecuredByAttribute KeyParameter { get; } =
        new("function_key_in_query", ParameterLocation.Query, "code", "The same in the query. Prefer the header: addresses are logged.");

    /// <summary>Has the document know a scheme.</summary>
    /// <returns>Its name there.</returns>
    public static string Add(OpenApiDocument document, SecuredByAttribute scheme)
    {
        document.Components ??= new OpenApiComponents();
        document.Components.SecuritySchemes ??= new Dictionary<string, IOpenApiSecurityScheme>();
        document.Components.SecuritySchemes[scheme.Scheme] = new OpenApiSecurityScheme
        {
            Type = SecuritySchemeType.ApiKey,
            In = scheme.Location,
            Name = scheme.Name,
            Description = scheme.Description,
        };
        return scheme.Scheme;
    }
}
