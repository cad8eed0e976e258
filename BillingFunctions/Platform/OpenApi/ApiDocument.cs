using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.OpenApi;

namespace BillingFunctions.Platform.OpenApi;

/// <summary>The description of the API in OpenAPI 3.1. Made once, when it is first asked for: settings do not change it.</summary>
public sealed class ApiDocument([FromKeyedServices(ApiDocument.Name)] IOpenApiDocumentProvider provider)
{
    /// <summary>The name of the document among the package's options.</summary>
    public const string Name = "v1";

    private string? _json;

    /// <summary>The document as JSON.</summary>
    internal async Task<string> ReadAsync(CancellationToken cancellationToken) =>
        _json ??= await (await provider.GetOpenApiDocumentAsync(cancellationToken)).SerializeAsJsonAsync(OpenApiSpecVersion.OpenApi3_1, cancellationToken);
}
