using BillingFunctions.Customers;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Subscriptions.Access;
using BillingFunctions.Subscriptions.History;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Subscriptions;

/// <summary>The subscriptions, one of them, and what became of its events.</summary>
public sealed class ReadSubscriptionsFunctions(SubscriptionStore subscriptions, CustomerSubscriptionsStore customers, CustomerDirectory directory)
{
    /// <summary>Lists the subscriptions.</summary>
    [Function("ListSubscriptionsFunction")]
    [QueryParameter<string>("customer", "Only those of this customer, by any of its ids.")]
    [ProducesPage<SubscriptionView>]
    public async Task<IResult> ListAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/subscriptions")] HttpRequest request, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        if (PageRequest.From(request, errors, TableKey.IsValid) is not { } page)
        {
            return Problems.Invalid(errors);
        }

        if (request.Query["customer"] is not [{ Length: > 0 } customer])
        {
            return await AnswerAsync(await subscriptions.ListAsync(page.Cursor, page.Limit + 1, cancellationToken).Take(page.Limit + 1).ToListAsync(cancellationToken), page, cancellationToken);
        }

        return TableKey.IsValid(customer)
            ? await AnswerAsync(await ListOfCustomerAsync(customer, page, cancellationToken), page, cancellationToken)
            : Problems.Invalid("customer", "The value must be the id of a customer, such as cus_NffrFeUfNV2Hib, of at most 255 characters.");
    }

    /// <summary>Shows a subscription.</summary>
    [Function("GetSubscriptionFunction")]
    [ProducesResponseType<SubscriptionView>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status404NotFound)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/subscriptions/{id}")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        await FindAsync(id, cancellationToken) is { History.Record: { } record }
            ? ApiJson.Ok(SubscriptionView.From(record, await directory.FindAsync(record.CustomerId, cancellationToken)))
            : NotFound(id);

    /// <summary>Lists what became of each event of a subscription.</summary>
    [Function("GetSubscriptionAuditFunction")]
    [ProducesPage<AuditView>]
    [ProducesProblem(StatusCodes.Status404NotFound)]
    public async Task<IResult> GetAuditAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = "api/subscriptions/{id}/audit")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        var errors = new FieldErrors();
        if (PageRequest.From(request, errors) is not { } page)
        {
            return Problems.Invalid(errors);
        }

        if (await FindAsync(id, cancellationToken) is not { } state)
        {
            return NotFound(id);
        }

        IEnumerable<AuditEntry> entries = state.History.Audit;
        if (page.Cursor is not null)
        {
            entries = entries.SkipWhile(entry => entry.EventId != page.Cursor).Skip(1);
        }

        var found = entries.Take(page.Limit + 1).ToList();
        return ApiJson.Ok(page.Cut(found, AuditView.Create, entry => entry.EventId));
    }

    /// <summary>Each with its customer as it is called now.</summary>
    private async Task<IResult> AnswerAsync(List<SubscriptionRecord> found, PageRequest page, CancellationToken cancellationToken)
    {
        var ids = found.Select(record => record.CustomerId).Distinct().ToList();
        var known = await Task.WhenAll(ids.Select(id => directory.FindAsync(id, cancellationToken)));
        var customerOf = ids.Zip(known).ToDictionary();
        return ApiJson.Ok(page.Cut(found, record => SubscriptionView.From(record, customerOf[record.CustomerId]), record => record.Id));
    }

    /// <summary>One more than the page holds, if there are more.</summary>
    private async Task<List<SubscriptionRecord>> ListOfCustomerAsync(string customer, PageRequest page, CancellationToken cancellationToken)
    {
        var known = await customers.FindAsync(await directory.FindStripeIdAsync(customer, cancellationToken), cancellationToken);
        var ids = known.Subscriptions.Select(subscription => subscription.Access.SubscriptionId)
            .Where(id => page.Cursor is null || string.CompareOrdinal(id, page.Cursor) > 0)
            .Order(StringComparer.Ordinal)
            .Take(page.Limit + 1);
        var states = await Task.WhenAll(ids.Select(id => subscriptions.FindAsync(id, cancellationToken)));
        return [.. states.Select(state => state?.History.Record).OfType<SubscriptionRecord>()];
    }

    private async Task<SubscriptionState?> FindAsync(string segment, CancellationToken cancellationToken) =>
        PathSegment.Decode(segment) is var id && TableKey.IsValid(id) ? await subscriptions.FindAsync(id, cancellationToken) : null;

    private static IResult NotFound(string id) => Problems.NotFound($"subscription {PathSegment.Decode(id)}");
}
