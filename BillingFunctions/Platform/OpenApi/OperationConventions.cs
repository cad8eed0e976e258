using Microsoft.AspNetCore.OpenApi;
using Microsoft.Net.Http.Headers;
using Microsoft.OpenApi;

namespace BillingFunctions.Platform.OpenApi;

/// <summary>What the package does not take from a description: security, headers of answers, texts and samples of parameters, the file of a form, and the other names of a route.</summary>
internal sealed class OperationConventions : IOpenApiOperationTransformer
{
    private const string Form = "multipart/form-data";

    public Task TransformAsync(OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var function = metadata.OfType<HttpFunction>().Single();
        operation.Security = SecurityOf(function, metadata, context.Document!);
        Describe(operation, function, metadata);
        AddHeaders(operation, metadata.OfType<VersionedAttribute>().Any());
        foreach (var (mediaType, body) in operation.RequestBody?.Content?.Where(content => !content.Key.EndsWith("json", StringComparison.Ordinal)) ?? [])
        {
            body.Schema = mediaType == Form ? FileSchema() : new OpenApiSchema { Type = JsonSchemaType.String };
        }

        if (function.Aliases.ToList() is { Count: > 0 } aliases)
        {
            operation.Description = $"{operation.Description} The same is reached under {string.Join(" and ", aliases.Select(alias => $"`/{alias}`"))}.".TrimStart();
        }

        return Task.CompletedTask;
    }

    private static List<OpenApiSecurityRequirement> SecurityOf(HttpFunction function, IEnumerable<object> metadata, OpenApiDocument document)
    {
        var schemes = function.NeedsKey ? [SecuritySchemes.KeyHeader, SecuritySchemes.KeyParameter] : metadata.OfType<SecuredByAttribute>().ToList();
        return
        [
            .. schemes.Select(scheme => new OpenApiSecurityRequirement { [new OpenApiSecuritySchemeReference(SecuritySchemes.Add(document, scheme), document)] = [] }),
            .. schemes.Count == 0 ? [new OpenApiSecurityRequirement()] : Array.Empty<OpenApiSecurityRequirement>(),
        ];
    }

    private static void Describe(OpenApiOperation operation, HttpFunction function, IEnumerable<object> metadata)
    {
        var queries = metadata.OfType<IQueryParameter>().ToDictionary(query => query.Name, query => query.Description);
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            var (text, sample) = Samples.OfParameter(function.Route, parameter.Name!);
            parameter.Description = queries.GetValueOrDefault(parameter.Name!) ?? text ?? throw new InvalidOperationException($"The parameter {parameter.Name} of {function.Route} has no description.");
            parameter.Example = sample?.DeepClone();
        }
    }

    private static void AddHeaders(OpenApiOperation operation, bool isVersioned)
    {
        foreach (var (status, response) in operation.Responses?.Select(entry => (entry.Key, (OpenApiResponse)entry.Value)) ?? [])
        {
            if (status is "201" or "202")
            {
                Add(response, HeaderNames.Location, "Where it can be asked for, if it has an address of its own.");
            }

            if (isVersioned && status is "200" or "201")
            {
                Add(response, HeaderNames.ETag, "The version, for `If-Match`.");
            }
        }
    }

    private static void Add(OpenApiResponse response, string name, string description)
    {
        response.Headers ??= new Dictionary<string, IOpenApiHeader>();
        response.Headers[name] = new OpenApiHeader { Description = description, Schema = new OpenApiSchema { Type = JsonSchemaType.String } };
    }

    private static OpenApiSchema FileSchema() => new()
    {
        Type = JsonSchemaType.Object,
        Properties = new Dictionary<string, IOpenApiSchema> { ["file"] = new OpenApiSchema { Type = JsonSchemaType.String, Format = "binary" } },
        Required = new HashSet<string> { "file" },
    };
}
