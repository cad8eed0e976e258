using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Webhooks.Inbox;

/// <summary>The inbox as the API shows it.</summary>
public sealed class WebhookEventsFunctions(InboxStore store, WebhookInbox inbox, TimeProvider time)
{
    /// <summary>Lists the events in the inbox, newest first.</summary>
    [Function("ListWebhookEventsFunction")]
    [QueryParameter<EventStatus>("status", "Only events with this status.")]
    [ProducesPage<StoredEvent>]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/webhook_events")] HttpRequest request, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var page = PageRequest.From(request, errors);
        var status = QueryParameters.ReadName<EventStatus>(request, "status", errors);

        var after = page?.Cursor is { } cursor ? EventKey.Parse(cursor) : null;
        if (page?.Cursor is not null && after is null)
        {
            errors.Add("cursor", "cursor must be a next_cursor value from the previous page.");
        }

        if (page is null || errors.Any)
        {
            return Problems.Invalid(errors);
        }

        var found = await store.ListAsync(status, after, cancellationToken).Take(page.Limit + 1).ToListAsync(cancellationToken);
        return ApiJson.Ok(page.Cut(found, stored => stored, stored => stored.Key.Text));
    }

    /// <summary>Counts the events of the last hour, by status.</summary>
    [Function("CountWebhookEventsFunction")]
    [ProducesResponseType<WebhookEventCounts>(StatusCodes.Status200OK)]
    public async Task<IResult> CountAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/webhook_events/counts")] HttpRequest request, CancellationToken cancellationToken)
    {
        var since = time.GetUtcNow() - WebhookEventCounts.Counted;
        return ApiJson.Ok(WebhookEventCounts.From(since, await store.ListStatusesAsync(since, cancellationToken).Take(WebhookEventCounts.Limit).ToListAsync(cancellationToken)));
    }

    /// <summary>Shows an event with what Stripe has sent.</summary>
    /// <remarks>The newest one, when Stripe has used an id for several.</remarks>
    [Function("GetWebhookEventFunction")]
    [QueryParameter<DateTimeOffset>("created", "When it happened, as the list says: it is found at once then; without it the whole inbox is looked through.")]
    [ProducesResponseType<WebhookEventView>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status400BadRequest, StatusCodes.Status404NotFound)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/webhook_events/{id}")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var created = QueryParameters.ReadTime(request, "created", errors);
        if (errors.Any)
        {
            return Problems.Invalid(errors);
        }

        return await store.SearchAsync(id, cancellationToken, created) is [var stored, ..] && await store.ReadPayloadAsync(stored.Key, cancellationToken) is { } payload
            ? ApiJson.Ok(WebhookEventView.From(stored, payload))
            : Problems.NotFound($"event {id}");
    }

    /// <summary>Applies an event again.</summary>
    /// <remarks>Safe at any time: applying it twice changes nothing.</remarks>
    [Function("ReplayWebhookEventFunction")]
    [OperatorAction]
    [ProducesResponseType<StoredEvent>(StatusCodes.Status202Accepted)]
    [ProducesProblem(StatusCodes.Status404NotFound)]
    public async Task<IResult> ReplayAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/webhook_events/{id}/replay")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        var found = await store.SearchAsync(id, cancellationToken);
        if (found.Count == 0)
        {
            return Problems.NotFound($"event {id}");
        }

        await Task.WhenAll(found.Select(stored => inbox.ReplayAsync(stored, cancellationToken)));
        return ApiJson.Ok(found[0] with { Status = EventStatus.Received, SettledAt = null, Error = null }, StatusCodes.Status202Accepted);
    }
}
