using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Mvc.Abstractions;
using Microsoft.AspNetCore.Mvc.ApiExplorer;
using Microsoft.AspNetCore.Mvc.Formatters;
using Microsoft.AspNetCore.Mvc.ModelBinding;
using Microsoft.AspNetCore.Mvc.Routing;

namespace BillingFunctions.Platform.OpenApi;

/// <summary>
/// Describes the HTTP functions to <c>Microsoft.AspNetCore.OpenApi</c>, which by itself sees controllers and endpoints only: from <c>[Function]</c> and <c>[HttpTrigger]</c>, and from the
/// attributes for requests and responses, ASP.NET Core's and those of this folder.
/// </summary>
internal sealed class FunctionDescriptions : IApiDescriptionProvider
{
    private const string Json = "application/json";
    private const string ProblemJson = "application/problem+json";

    private readonly EmptyModelMetadataProvider _metadata = new();

    public int Order => 0;

    public void OnProvidersExecuting(ApiDescriptionProviderContext context)
    {
        foreach (var function in HttpFunction.All.Where(function => !function.IsAlias && function.IsDescribed))
        {
            foreach (var verb in function.Verbs)
            {
                context.Results.Add(Describe(function, verb));
            }
        }
    }

    public void OnProvidersExecuted(ApiDescriptionProviderContext context)
    {
    }

    private ApiDescription Describe(HttpFunction function, string verb)
    {
        var attributes = function.Method.GetCustomAttributes().ToList();
        var description = new ApiDescription
        {
            HttpMethod = verb.ToUpperInvariant(),
            RelativePath = function.Route,
            ActionDescriptor = new ActionDescriptor
            {
                DisplayName = function.Name,
                AttributeRouteInfo = new AttributeRouteInfo { Name = function.OperationId(verb), Template = function.Route },
                EndpointMetadata = [function, function.Method, new TagsAttribute(function.Tag), .. attributes],
            },
        };

        foreach (var parameter in ParametersOf(function, verb, attributes))
        {
            description.ParameterDescriptions.Add(parameter);
        }

        if (attributes.OfType<ConsumesAttribute>().FirstOrDefault() is { } consumes)
        {
            AddBody(description, consumes);
        }

        foreach (var response in ResponsesOf(function, verb, attributes))
        {
            description.SupportedResponseTypes.Add(response);
        }

        return description;
    }

    private IEnumerable<ApiParameterDescription> ParametersOf(HttpFunction function, string verb, IReadOnlyList<Attribute> attributes)
    {
        foreach (var name in function.Parameters)
        {
            yield return Parameter(name, BindingSource.Path, typeof(string), isRequired: true);
        }

        foreach (var query in attributes.OfType<IQueryParameter>())
        {
            yield return Parameter(query.Name, BindingSource.Query, query.Type, query.IsRequired);
        }

        if (attributes.OfType<IProducesPage>().Any())
        {
            yield return Parameter("limit", BindingSource.Query, typeof(int), isRequired: false);
            yield return Parameter("cursor", BindingSource.Query, typeof(string), isRequired: false);
        }

        if (attributes.OfType<IdempotentAttribute>().Any())
        {
            yield return Parameter("Idempotency-Key", BindingSource.Header, typeof(string), isRequired: false);
        }

        if (IsConditional(verb, attributes))
        {
            yield return Parameter("If-Match", BindingSource.Header, typeof(string), isRequired: false);
        }
    }

    private ApiParameterDescription Parameter(string name, BindingSource source, Type type, bool isRequired) => new()
    {
        Name = name,
        Source = source,
        Type = type,
        ModelMetadata = _metadata.GetMetadataForType(type),
        ParameterDescriptor = new ParameterDescriptor { Name = name, ParameterType = type },
        IsRequired = isRequired,
    };

    private void AddBody(ApiDescription description, ConsumesAttribute consumes)
    {
        var accepts = (IAcceptsMetadata)consumes;
        description.ParameterDescriptions.Add(Parameter("body", BindingSource.Body, accepts.RequestType!, !accepts.IsOptional));
        foreach (var mediaType in consumes.ContentTypes)
        {
            description.SupportedRequestFormats.Add(new ApiRequestFormat { MediaType = mediaType });
        }
    }

    /// <summary>What the function declares, what follows from the kind of request, and last what any may answer.</summary>
    private IEnumerable<ApiResponseType> ResponsesOf(HttpFunction function, string verb, IReadOnlyList<Attribute> attributes)
    {
        foreach (var declared in attributes.OfType<ProducesResponseTypeAttribute>())
        {
            var mediaTypes = new MediaTypeCollection();
            ((IApiResponseMetadataProvider)declared).SetContentTypes(mediaTypes);
            yield return declared.Type is null || declared.Type == typeof(void)
                ? new ApiResponseType { StatusCode = declared.StatusCode, Description = declared.Description }
                : Response(declared.StatusCode, declared.Type, mediaTypes.DefaultIfEmpty(Json), declared.Description);
        }

        if (function.NeedsKey)
        {
            yield return new ApiResponseType { StatusCode = StatusCodes.Status401Unauthorized, Description = "There is no function key, or a wrong one. The host answers, without a body." };
        }

        foreach (var status in ProblemsOf(verb, attributes).Order().Distinct())
        {
            yield return Response(status, typeof(Problem), [ProblemJson], ProblemText.Of(status));
        }

        var other = Response(0, typeof(Problem), [ProblemJson], ProblemText.Default);
        other.IsDefaultResponse = true;
        yield return other;
    }

    private ApiResponseType Response(int status, Type type, IEnumerable<string> mediaTypes, string? description) => new()
    {
        StatusCode = status,
        Type = type,
        ModelMetadata = _metadata.GetMetadataForType(type),
        Description = description,
        ApiResponseFormats = [.. mediaTypes.Select(mediaType => new ApiResponseFormat { MediaType = mediaType })],
    };

    private static IEnumerable<int> ProblemsOf(string verb, IReadOnlyList<Attribute> attributes) =>
    [
        .. attributes.OfType<ProducesProblemAttribute>().SelectMany(problem => problem.Statuses),
        .. attributes.OfType<IProducesPage>().Select(_ => StatusCodes.Status400BadRequest),
        .. attributes.OfType<ConsumesAttribute>().Select(_ => StatusCodes.Status400BadRequest),
        .. attributes.OfType<IdempotentAttribute>().SelectMany(_ => new[] { StatusCodes.Status400BadRequest, StatusCodes.Status409Conflict, StatusCodes.Status422UnprocessableEntity }),
        .. IsConditional(verb, attributes) ? [StatusCodes.Status412PreconditionFailed] : Array.Empty<int>(),
    ];

    private static bool IsConditional(string verb, IReadOnlyList<Attribute> attributes) =>
        attributes.OfType<VersionedAttribute>().Any() && verb is "patch" or "put" or "delete";
}
