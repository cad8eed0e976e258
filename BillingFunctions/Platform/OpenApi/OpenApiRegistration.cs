using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.OpenApi;

namespace BillingFunctions.Platform.OpenApi;

internal static class OpenApiRegistration
{
    /// <summary>Adds the <see cref="ApiDocument"/>. Summaries and descriptions are the XML comments of functions and records, which the package's source generator compiles in.</summary>
    public static IServiceCollection AddApiDescription(this IServiceCollection services)
    {
        services.AddOpenApi(ApiDocument.Name, options =>
        {
            options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
            options.CreateSchemaReferenceId = SchemaNames.Of;
            options.ShouldInclude = description => description.ActionDescriptor.EndpointMetadata.OfType<HttpFunction>().Any();
            options.AddOperationTransformer<OperationConventions>();
            options.AddSchemaTransformer<SchemaConventions>();
            options.AddDocumentTransformer<DocumentConventions>();
        });
        services.Configure<JsonOptions>(options => SchemaJson.Configure(options.SerializerOptions));
        services.TryAddEnumerable(ServiceDescriptor.Transient<IApiDescriptionProvider, FunctionDescriptions>());
        return services.AddSingleton<ApiDocument>();
    }
}
