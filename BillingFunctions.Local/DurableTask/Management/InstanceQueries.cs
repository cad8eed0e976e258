using BillingFunctions.Local.DurableTask.Client;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Extensions;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Local.DurableTask.Management;

/// <summary>The part of the API that only looks.</summary>
internal sealed class InstanceQueries(DurableEngine engine)
{
    private const string ContinuationHeader = "x-ms-continuation-token";
    private const string RetryAfterSeconds = "5";

    public async Task<IResult> GetAsync(string instanceId, HttpContext http, CancellationToken cancellationToken)
    {
        var query = http.Request.Query;
        if (await engine.Client.GetInstanceAsync(instanceId, getInputsAndOutputs: true, cancellationToken) is not { } instance)
        {
            return Results.NotFound();
        }

        var payload = StatusPayload.From(instance, query.Flag("showInput", otherwise: true));
        if (query.Flag("showHistory", otherwise: false))
        {
            var steps = await ((HubClient)engine.Client).GetHistoryAsync(instanceId, cancellationToken);
            payload = payload with { HistoryEvents = HistoryPayload.From(steps, query.Flag("showHistoryOutput", otherwise: false)) };
        }

        return Results.Json(payload, statusCode: StatusCode(instance, http));
    }

    public async Task<IResult> ListAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var query = http.Request.Query;
        var continuation = http.Request.Headers[ContinuationHeader].FirstOrDefault();
        var filter = new OrchestrationQuery(
            query.Time("createdTimeFrom"),
            query.Time("createdTimeTo"),
            query.Statuses(),
            InstanceIdPrefix: query["instanceIdPrefix"].FirstOrDefault(),
            PageSize: query.Number("top") ?? OrchestrationQuery.DefaultPageSize,
            FetchInputsAndOutputs: true,
            ContinuationToken: string.IsNullOrEmpty(continuation) ? null : continuation);
        await foreach (var page in engine.Client.GetAllInstancesAsync(filter).AsPages().WithCancellation(cancellationToken))
        {
            http.Response.Headers[ContinuationHeader] = page.ContinuationToken ?? string.Empty;
            return Results.Json(page.Values.Select(instance => StatusPayload.From(instance, query.Flag("showInput", otherwise: false))));
        }

        return Results.Json(Array.Empty<StatusPayload>());
    }

    private static int StatusCode(OrchestrationMetadata instance, HttpContext http)
    {
        if (!instance.IsCompleted)
        {
            http.Response.Headers.Location = http.Request.GetEncodedUrl();
            http.Response.Headers.RetryAfter = RetryAfterSeconds;
            return StatusCodes.Status202Accepted;
        }

        var isError = instance.RuntimeStatus == OrchestrationRuntimeStatus.Failed
            && http.Request.Query.Flag("returnInternalServerErrorOnFailure", otherwise: false);
        return isError ? StatusCodes.Status500InternalServerError : StatusCodes.Status200OK;
    }
}
