using BillingFunctions.Connectors.Outbox;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Connectors.Tasks;

/// <summary><c>GET /api/tasks/{id}</c>: how far a task is at each connector.</summary>
public sealed class GetTaskFunction(ConnectorTaskStore tasks, ConnectorOutbox outbox)
{
    /// <summary>Shows how far a task is at each connected system.</summary>
    [Function(nameof(GetTaskFunction))]
    [ProducesResponseType<TaskView>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status404NotFound)]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/tasks/{id}")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        if (await tasks.FindAsync(id, cancellationToken) is not { } task)
        {
            return Problems.NotFound($"task {id}");
        }

        var subject = task.Invoice is null ? task.CustomerId : task.Id;
        var parts = await Task.WhenAll(task.Connectors.Select(connector => PartAsync(task, connector, subject, cancellationToken)));
        return ApiJson.Ok(TaskView.From(task, parts));
    }

    private async Task<TaskPart> PartAsync(ConnectorTask task, string connector, string subject, CancellationToken cancellationToken)
    {
        var result = await tasks.FindResultAsync(task.Id, connector, cancellationToken);
        if (result is { Succeeded: true })
        {
            return TaskPart.From(connector, result);
        }

        // One that was given up and is tried again is under way.
        var entry = await outbox.FindAsync(connector, subject, cancellationToken);
        return result is not null && entry is not { IsGivenUp: false } ? TaskPart.From(connector, result) : TaskPart.From(connector, entry);
    }
}

/// <summary>A task as the API shows it.</summary>
/// <param name="Id"><c>tsk_…</c>.</param>
/// <param name="TaskId">The same, as the answer to the request calls it.</param>
/// <param name="Kind">What it does.</param>
/// <param name="CustomerId">Our id of the customer.</param>
/// <param name="Status"><c>queued</c>, <c>running</c> (it was tried at least once), <c>succeeded</c>, or <c>failed</c> when no connector goes on and one has given up.</param>
/// <param name="Attempts">The most that a connector has made.</param>
/// <param name="Error">The first connector's error.</param>
/// <param name="Connectors">Each connector by itself.</param>
/// <param name="CreatedAt">When it was asked for.</param>
internal sealed record TaskView(
    string Id, string TaskId, TaskKind Kind, string CustomerId, string Status, int Attempts, string? Error, IReadOnlyList<TaskPart> Connectors, DateTimeOffset CreatedAt)
{
    public static TaskView From(ConnectorTask task, IReadOnlyList<TaskPart> parts) => new(
        task.Id,
        task.Id,
        task.Kind,
        task.CustomerId,
        StatusOf(parts),
        parts.Select(part => part.Attempts).DefaultIfEmpty().Max(),
        parts.FirstOrDefault(part => part.Error is not null)?.Error,
        parts,
        task.CreatedAt);

    private static string StatusOf(IReadOnlyList<TaskPart> parts) =>
        parts.All(part => part.Status == TaskPart.Succeeded) ? TaskPart.Succeeded
        : parts.All(part => part.Status == TaskPart.Queued) ? TaskPart.Queued
        : parts.Any(part => part.Status is TaskPart.Queued or TaskPart.Running) ? TaskPart.Running
        : TaskPart.Failed;
}

/// <summary>A task at one connector.</summary>
/// <param name="Connector">Its name.</param>
/// <param name="Status"><c>queued</c>, <c>running</c>, <c>succeeded</c> or <c>failed</c>.</param>
/// <param name="Attempts">How often it was tried.</param>
/// <param name="Result">What is there now; null as long as there is nothing.</param>
/// <param name="Error">Why the last attempt failed; null when it did not.</param>
/// <param name="NextAttemptAt">When it is tried next; null when it is not.</param>
/// <param name="FinishedAt">When it ended; null as long as it is under way.</param>
internal sealed record TaskPart(string Connector, string Status, int Attempts, TaskPart.Made? Result, string? Error, DateTimeOffset? NextAttemptAt, DateTimeOffset? FinishedAt)
{
    public const string Queued = "queued";
    public const string Running = "running";
    public const string Succeeded = "succeeded";
    public const string Failed = "failed";

    public static TaskPart From(string connector, TaskResult result) => new(
        connector, result.Succeeded ? Succeeded : Failed, result.Attempts, result.RemoteId is { } id ? new Made(id) : null, result.Error, NextAttemptAt: null, result.FinishedAt);

    public static TaskPart From(string connector, OutboxEntry? entry) => new(
        connector, entry is null or { Attempts: 0, LeasedUntil: null } ? Queued : Running, entry?.Attempts ?? 0, Result: null, entry?.Error, entry?.DueAt, FinishedAt: null);

    /// <summary>What a task has made or changed.</summary>
    /// <param name="Id">Its id in the system.</param>
    public sealed record Made(string Id);
}
