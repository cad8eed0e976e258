using Azure.Storage.Queues;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.Runs;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Subscriptions.Importing;

/// <summary><c>/api/subscriptions/import</c>: brings in all subscriptions that the account has, or reports what that would change.</summary>
public sealed class ImportSubscriptionsFunctions(RunStore<SubscriptionImport> store, ImportQueue queue, TimeProvider time)
{
    private const string Compare = "compare";

    [Function("StartSubscriptionImportFunction")]
    [OperatorAction]
    public async Task<IResult> StartAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/subscriptions/import")] HttpRequest request, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        QueryParameters.RefuseOthers(request, errors, Compare);
        var isComparison = QueryParameters.ReadFlag(request, Compare, errors);
        if (errors.Any)
        {
            return Problems.Invalid(errors);
        }

        var now = time.GetUtcNow();
        var import = new SubscriptionImport { Id = RunId.New<SubscriptionImport>(now), Compare = isComparison, RequestedBy = Caller.Of(request), StartedAt = now };
        await store.SaveAsync(import, cancellationToken);
        await queue.EnqueueAsync(import.Id, cancellationToken);
        return Accepted(import);
    }

    [Function("GetSubscriptionImportFunction")]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/subscriptions/import/{id}")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { } import ? ApiJson.Ok(ImportView.From(import)) : NotFound(id);

    /// <summary>Carries on with one that failed, from its last page on. Safe at any time.</summary>
    [Function("ResumeSubscriptionImportFunction")]
    [OperatorAction]
    public async Task<IResult> ResumeAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/subscriptions/import/{id}/resume")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(id, cancellationToken) is not { } import)
        {
            return NotFound(id);
        }

        if (import.IsDone)
        {
            return Problems.Conflict("The import is completed; there is nothing left to do.");
        }

        await store.ChangeAsync(
            id, stored => stored is { Status: ImportStatus.Failed } ? stored with { Status = ImportStatus.Queued, FinishedAt = null, Error = null } : null, cancellationToken);
        await queue.EnqueueAsync(id, cancellationToken);
        return Accepted(import);
    }

    private static CreatedAnswer Accepted(SubscriptionImport import)
    {
        var url = $"/api/subscriptions/import/{import.Id}";
        return CreatedAnswer.Accepted(url, new AcceptedImport(import.Id, import.Compare, url));
    }

    private static IResult NotFound(string id) => Problems.NotFound($"subscription import {id}");

    private sealed record AcceptedImport(string Id, bool Compare, string Url);
}

/// <summary>An import as the API shows it.</summary>
internal sealed record ImportView(
    string Id,
    ImportStatus Status,
    bool Compare,
    DateTimeOffset StartedAt,
    DateTimeOffset? FinishedAt,
    string RequestedBy,
    long Read,
    long Added,
    long Changed,
    IReadOnlyList<SubscriptionDifference> Differences,
    string? Error)
{
    public static ImportView From(SubscriptionImport import) => new(
        import.Id,
        import.Status,
        import.Compare,
        import.StartedAt,
        import.FinishedAt,
        import.RequestedBy,
        import.Read,
        import.Added,
        import.Changed,
        import.Differences,
        import.Error);
}

/// <summary>The queue of imports to carry on with; a message is the id of one.</summary>
public sealed class ImportQueue(QueueServiceClient queues)
{
    public const string Name = "subscription-imports";

    private readonly QueueClient _queue = queues.GetQueueClient(Name);

    /// <summary>Has an import carried on with from its last page. One message too many does no harm.</summary>
    internal Task EnqueueAsync(string id, CancellationToken cancellationToken, TimeSpan? delay = null) =>
        _queue.SendMessageAsync(id, visibilityTimeout: delay, cancellationToken: cancellationToken);
}
