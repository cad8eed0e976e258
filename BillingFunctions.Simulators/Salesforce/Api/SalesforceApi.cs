using Microsoft.AspNetCore.Builder;

namespace BillingFunctions.Simulators.Salesforce.Api;

/// <summary>Answers one call that has passed session, limits and faults.</summary>
internal delegate SalesforceAnswer SalesforceHandler(SalesforceCall call);

/// <summary>Where resources register their endpoints.</summary>
internal sealed class SalesforceApi(WebApplication app, SalesforcePipeline pipeline)
{
    private const string Root = "/services/data/{version}";

    /// <param name="path">The address after the version, such as <c>/query</c>.</param>
    public void Map(string method, string path, SalesforceHandler handler)
    {
        var endpoint = $"{method} {path}";
        app.MapMethods(Root + path, [method], http => pipeline.RunAsync(http, endpoint, handler));
    }

    /// <summary>Registers the one endpoint that needs no session and counts against no limit.</summary>
    public void MapToken(string path, SalesforceHandler handler)
        => app.MapPost(path, http => pipeline.RunOpenAsync(http, $"POST {path}", handler));

    /// <summary>Refuses every other address.</summary>
    public void MapUnknown()
        => app.MapFallback(http => pipeline.RunAsync(http, "unknown", _ => SalesforceAnswer.Refuse(SalesforceProblem.NotFound)));
}
