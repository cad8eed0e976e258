using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.DurableTask;
using Microsoft.DurableTask.Client;

namespace BillingFunctions.Local.DurableTask.Management;

/// <summary>The part of the API that changes something.</summary>
internal sealed class InstanceCommands(DurableTaskClient client)
{
    private const string RetryAfterSeconds = "10";

    public async Task<IResult> StartAsync(string functionName, string? instanceId, HttpContext http, CancellationToken cancellationToken)
    {
        var (isJson, input) = await ReadJsonAsync(http, cancellationToken);
        if (!isJson)
        {
            return Results.BadRequest(new { Message = "Invalid JSON content" });
        }

        var id = await client.ScheduleNewOrchestrationInstanceAsync(
            functionName, input, new StartOrchestrationOptions(instanceId), cancellationToken);
        var links = ManagementLinks.Of(http.Request, id);
        http.Response.Headers.RetryAfter = RetryAfterSeconds;
        return Results.Accepted(links.StatusQueryGetUri, links);
    }

    public async Task<IResult> RaiseEventAsync(string instanceId, string eventName, HttpContext http, CancellationToken cancellationToken)
    {
        if (await RefuseAsync(instanceId, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        if (!http.Request.HasJsonContentType())
        {
            return Results.BadRequest(new { Message = "Only application/json request content is supported" });
        }

        var (isJson, payload) = await ReadJsonAsync(http, cancellationToken);
        if (!isJson)
        {
            return Results.BadRequest(new { Message = "Invalid JSON content" });
        }

        await client.RaiseEventAsync(instanceId, eventName, payload, cancellationToken);
        return Results.Accepted();
    }

    public Task<IResult> TerminateAsync(string instanceId, string? reason, CancellationToken cancellationToken) => SteerAsync(
        instanceId, () => client.TerminateInstanceAsync(instanceId, (object?)reason, cancellationToken), cancellationToken);

    public Task<IResult> SuspendAsync(string instanceId, string? reason, CancellationToken cancellationToken) =>
        SteerAsync(instanceId, () => client.SuspendInstanceAsync(instanceId, reason, cancellationToken), cancellationToken);

    public Task<IResult> ResumeAsync(string instanceId, string? reason, CancellationToken cancellationToken) =>
        SteerAsync(instanceId, () => client.ResumeInstanceAsync(instanceId, reason, cancellationToken), cancellationToken);

    public async Task<IResult> PurgeAsync(string instanceId, CancellationToken cancellationToken)
    {
        if (await client.GetInstanceAsync(instanceId, cancellationToken) is null)
        {
            return Results.NotFound();
        }

        var purged = await client.PurgeInstanceAsync(instanceId, cancellationToken);
        return Results.Json(new { instancesDeleted = purged.PurgedInstanceCount });
    }

    public async Task<IResult> PurgeAllAsync(HttpContext http, CancellationToken cancellationToken)
    {
        var query = http.Request.Query;
        if (query.Time("createdTimeFrom") is not { } from)
        {
            return Results.BadRequest("Please provide value for 'createdTimeFrom' parameter.");
        }

        var filter = new PurgeInstancesFilter(from, query.Time("createdTimeTo"), query.Statuses());
        var purged = await client.PurgeAllInstancesAsync(filter, cancellationToken);
        return purged.PurgedInstanceCount == 0
            ? Results.NotFound()
            : Results.Json(new { instancesDeleted = purged.PurgedInstanceCount });
    }

    private async Task<IResult> SteerAsync(string instanceId, Func<Task> steerAsync, CancellationToken cancellationToken)
    {
        if (await RefuseAsync(instanceId, cancellationToken) is { } refusal)
        {
            return refusal;
        }

        await steerAsync();
        return Results.Accepted();
    }

    private async Task<IResult?> RefuseAsync(string instanceId, CancellationToken cancellationToken) =>
        await client.GetInstanceAsync(instanceId, cancellationToken) switch
        {
            null => Results.NotFound(),
            { IsCompleted: true } => Results.StatusCode(StatusCodes.Status410Gone),
            _ => null,
        };

    private static async Task<(bool IsJson, JsonElement? Value)> ReadJsonAsync(HttpContext http, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(http.Request.Body);
        var text = await reader.ReadToEndAsync(cancellationToken);
        try
        {
            return (true, string.IsNullOrWhiteSpace(text) ? null : JsonSerializer.Deserialize<JsonElement>(text));
        }
        catch (JsonException)
        {
            return (false, null);
        }
    }
}
