using System.Text.Json.Nodes;
using BillingFunctions.Platform.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Operations;

/// <summary><c>GET /api/openapi.json</c>. Anonymous, and of no capability: it shows nothing but texts of the source.</summary>
public sealed class GetApiDescriptionFunction(ApiDocument document)
{
    /// <summary>Shows this document.</summary>
    [Function(nameof(GetApiDescriptionFunction))]
    [ProducesResponseType<JsonObject>(StatusCodes.Status200OK)]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", Route = "api/openapi.json")] HttpRequest request, CancellationToken cancellationToken) =>
        Results.Content(await document.ReadAsync(cancellationToken), "application/json; charset=utf-8");
}
