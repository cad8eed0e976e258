using Azure.Storage.Queues;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using BillingFunctions.Platform.Runs;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Subscriptions.Importing;

/// <summary><c>/api/subscriptions/import</c>: brings in all subscriptions that the account has, or reports what that would change.</summary>
public sealed class ImportSubscriptionsFunctions(RunStore<SubscriptionImport> store, ImportQueue queue, TimeProvider time)
{
    private const string Compare = "compare";

    /// <summary>Brings in all subscriptions that the account has at Stripe, or reports what that would change.</summary>
    [Function("StartSubscriptionImportFunction")]
    [OperatorAction]
    [QueryParameter<bool>("compare", "Whether nothing is changed, only reported; false if it is not given.")]
    [ProducesResponseType<AcceptedImport>(StatusCodes.Status202Accepted)]
    [ProducesProblem(StatusCodes.Status400BadRequest)]
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

    /// <summary>Shows an import of subscriptions: how far it is, and the first differences.</summary>
    [Function("GetSubscriptionImportFunction")]
    [ProducesResponseType<ImportView>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status404NotFound)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/subscriptions/import/{id}")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { } import ? ApiJson.Ok(ImportView.From(import)) : NotFound(id);

    /// <summary>Carries on with an import that failed, from its last page on.</summary>
    /// <remarks>Safe at any time.</remarks>
    [Function("ResumeSubscriptionImportFunction")]
    [OperatorAction]
    [ProducesResponseType<AcceptedImport>(StatusCodes.Status202Accepted)]
    [ProducesProblem(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict)]
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
    /// <summary>An import that has been taken on.</summary>
    /// <param name="Id">The id of the import.</param>
    /// <param name="Compare">Whether nothing is changed, only reported.</param>
    /// <param name="Url">Where it can be asked for.</param>
    internal sealed record AcceptedImport(string Id, bool Compare, string Url);
}

/// <summary>An import as the API shows it.</summary>
/// <param name="Id">The id of the import.</param>
/// <param name="Status">How far it is.</param>
/// <param name="Compare">Whether nothing is changed, only reported.</param>
/// <param name="StartedAt">When it was asked for.</param>
/// <param name="FinishedAt">When it ended; null before.</param>
/// <param name="RequestedBy">Who asked for it.</param>
/// <param name="Read">How many subscriptions have been read.</param>
/// <param name="Added">Of those, the ones that were not known, or would be added.</param>
/// <param name="Changed">Of those, the ones of which something changed, or would.</param>
/// <param name="Differences">The first 100.</param>
/// <param name="Error">Why it failed; while it is under way, why its last attempt ended.</param>
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
