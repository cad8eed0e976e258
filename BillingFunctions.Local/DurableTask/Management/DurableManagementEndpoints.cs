using BillingFunctions.Local.DurableTask.Management;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace BillingFunctions.Local.DurableTask;

/// <summary>The HTTP API to watch and steer orchestrations, as the host's extension offers it.</summary>
internal static class DurableManagementEndpoints
{
    public const string BasePath = "/runtime/webhooks/durabletask";

    /// <summary>Maps the API of <paramref name="engine"/>. Who may call it is for the caller to say, on the group that this returns.</summary>
    public static RouteGroupBuilder MapDurableManagement(this IEndpointRouteBuilder endpoints, DurableEngine engine)
    {
        var group = endpoints.MapGroup(BasePath);
        var queries = new InstanceQueries(engine);
        var commands = new InstanceCommands(engine.Client);
        group.MapGet("/instances", queries.ListAsync);
        group.MapGet("/instances/{instanceId}", queries.GetAsync);
        group.MapDelete("/instances", commands.PurgeAllAsync);
        group.MapDelete("/instances/{instanceId}", commands.PurgeAsync);
        group.MapPost("/instances/{instanceId}/raiseEvent/{eventName}", commands.RaiseEventAsync);
        group.MapPost("/instances/{instanceId}/terminate", commands.TerminateAsync);
        group.MapPost("/instances/{instanceId}/suspend", commands.SuspendAsync);
        group.MapPost("/instances/{instanceId}/resume", commands.ResumeAsync);
        group.MapPost("/orchestrators/{functionName}", commands.StartAsync);
        group.MapPost("/orchestrators/{functionName}/{instanceId}", commands.StartAsync);
        group.AddEndpointFilter(AnswerArgumentErrorsAsync);
        return group;
    }

    private static async ValueTask<object?> AnswerArgumentErrorsAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        try
        {
            return await next(context);
        }
        catch (ArgumentException exception)
        {
            return Results.BadRequest(new { Message = "One or more of the arguments submitted is incorrect", ExceptionMessage = exception.Message });
        }
    }
}
