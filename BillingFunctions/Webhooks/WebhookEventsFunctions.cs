using BillingFunctions.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Webhooks;

/// <summary>The inbox as the API shows it.</summary>
public sealed class WebhookEventsFunctions(InboxStore store, WebhookInbox inbox)
{
    [Function("ListWebhookEventsFunction")]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/webhook_events")] HttpRequest request, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        var page = PageRequest.From(request, errors);
        EventStatus? status = null;
        if (request.Query["status"] is [{ Length: > 0 } text])
        {
            status = Enum.TryParse<EventStatus>(text, ignoreCase: true, out var parsed) && Enum.IsDefined(parsed) ? parsed : null;
            if (status is null)
            {
                errors.Add("status", $"Allowed are {string.Join(", ", Enum.GetNames<EventStatus>().Select(name => name.ToLowerInvariant()))}.");
            }
        }

        var after = page?.Cursor is { } cursor ? EventKey.Parse(cursor) : null;
        if (page?.Cursor is not null && after is null)
        {
            errors.Add("cursor", "Take it from the answer before as it is.");
        }

        if (page is null || errors.Any)
        {
            return Problems.Invalid(errors);
        }

        var found = await store.ListAsync(status, after, cancellationToken).Take(page.Limit + 1).ToListAsync(cancellationToken);
        return ApiJson.Ok(new ListPage<StoredEvent>([.. found.Take(page.Limit)], found.Count > page.Limit ? found[page.Limit - 1].Key.Text : null));
    }

    /// <summary>Applies an event again. May be called at any time: applying twice changes nothing.</summary>
    [Function("ReplayWebhookEventFunction")]
    public async Task<IResult> ReplayAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/webhook_events/{id}/replay")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        if (id.AsSpan().ContainsAny("/\\#?") || await store.SearchAsync(id, cancellationToken) is not { } found)
        {
            return Problems.NotFound($"event {id}");
        }

        await store.SettleAsync([new SettledEvent(found.Key, EventStatus.Received)], cancellationToken);
        await inbox.EnqueueAsync(found.Key);
        return ApiJson.Ok(found with { Status = EventStatus.Received, SettledAt = null, Error = null }, StatusCodes.Status202Accepted);
    }
}
