using System.Text.Json;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using BillingFunctions.UsageBilling.Ledger;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.UsageBilling.Items;

/// <summary>One invoice item: added, shown, changed, deleted.</summary>
public sealed class InvoiceItemsFunctions(UsageLedger ledger, AddItems add, ChangeItem change, IdempotentRequests idempotency, TimeProvider time)
{
    private const int MaxBody = 64 * 1024;
    private const string Route = "api/invoice_items";

    /// <summary>Shows an item of usage, and how far it is on its way to Stripe.</summary>
    [Function("GetInvoiceItemFunction")]
    [Versioned]
    [ProducesResponseType<UsageItemView>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status404NotFound)]
    public async Task<IResult> GetAsync(
        [HttpTrigger(AuthorizationLevel.Function, "get", Route = $"{Route}/{{id}}")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        ItemId.Parse(id) is { } item && await ledger.FindAsync(item.Invoice.OrganizationId, UsageKeys.Of(item), cancellationToken) is { } row && !ItemRow.Read(row).IsDeleted
            ? Show(request, row)
            : NotFound(id);

    /// <summary>Adds an item of usage to an invoice.</summary>
    [Function("CreateInvoiceItemFunction")]
    [Idempotent]
    [Versioned]
    [QueryParameter<string>("late", "`next_period`: an item that comes too late for its month is billed with the next.")]
    [Consumes(typeof(NewItemBody), "application/json")]
    [ProducesResponseType<UsageItemView>(StatusCodes.Status201Created)]
    [ProducesProblem(StatusCodes.Status422UnprocessableEntity)]
    public async Task<IResult> CreateAsync([HttpTrigger(AuthorizationLevel.Function, "post", Route = Route)] HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadBytesAsync(request, MaxBody, cancellationToken);
        var (asked, errors) = ItemFields.ReadNew(JsonBody.Read<JsonElement>(body), time.GetUtcNow());
        var isLateAllowed = LateItems.AreAllowed(request, errors);
        if (errors.Any)
        {
            return Problems.Unprocessable(errors);
        }

        return await idempotency.RunAsync(request, "invoice_item", body, UsageKey.New(time.GetUtcNow()), CreateAsync, cancellationToken);

        async Task<IResult> CreateAsync(string key, bool mayExist)
        {
            var (row, refusal) = await add.AddAsync(new NewItem(key, asked with { IsLateAllowed = asked.IsLateAllowed || isLateAllowed }, mayExist));
            if (row is null)
            {
                return Problems.Unprocessable(new FieldErrors().Add(refusal!.Field, refusal.Reason));
            }

            EntityTag.Send(request, EntityTag.Of(row));
            var view = UsageItemView.From(ItemRow.Read(row));
            return CreatedAnswer.Created($"/{Route}/{view.Id}", view);
        }
    }

    /// <summary>Changes an item of usage, here and at Stripe.</summary>
    /// <remarks>PATCH leaves what the body does not name; PUT replaces all that can be changed.</remarks>
    [Function("UpdateInvoiceItemFunction")]
    [Versioned]
    [Consumes(typeof(ItemBody), "application/json")]
    [ProducesResponseType<UsageItemView>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict, StatusCodes.Status422UnprocessableEntity)]
    public async Task<IResult> UpdateAsync(
        [HttpTrigger(AuthorizationLevel.Function, "patch", "put", Route = $"{Route}/{{id}}")] HttpRequest request, string id, CancellationToken cancellationToken)
    {
        if (ItemId.Parse(id) is not { } item)
        {
            return NotFound(id);
        }

        var body = JsonBody.Read<JsonElement>(await JsonBody.ReadBytesAsync(request, MaxBody, cancellationToken));
        var (row, refusal) = await change.ReplaceAsync(item, request, body, cancellationToken);
        return refusal ?? Show(request, row!);
    }

    /// <summary>Deletes an item of usage, here and at Stripe.</summary>
    [Function("DeleteInvoiceItemFunction")]
    [Versioned]
    [ProducesResponseType(StatusCodes.Status204NoContent)]
    [ProducesProblem(StatusCodes.Status404NotFound, StatusCodes.Status409Conflict)]
    public async Task<IResult> DeleteAsync(
        [HttpTrigger(AuthorizationLevel.Function, "delete", Route = $"{Route}/{{id}}")] HttpRequest request, string id, CancellationToken cancellationToken) =>
        ItemId.Parse(id) is { } item ? await change.DeleteAsync(item, request, cancellationToken) ?? Results.NoContent() : NotFound(id);

    private static IResult Show(HttpRequest request, UsageRow row)
    {
        EntityTag.Send(request, EntityTag.Of(row));
        return ApiJson.Ok(UsageItemView.From(ItemRow.Read(row)));
    }

    private static IResult NotFound(string id) => Problems.NotFound($"invoice item {id}");
}

/// <summary>What <c>?late=</c> says of items that come too late for their month; the body of an item may say it too.</summary>
internal static class LateItems
{
    public const string NextPeriod = "next_period";

    public static bool AreAllowed(HttpRequest request, FieldErrors errors)
    {
        if (request.Query["late"] is not [{ Length: > 0 } late])
        {
            return false;
        }

        if (late != NextPeriod)
        {
            errors.Add("late", $"The value must be {NextPeriod}.");
        }

        return late == NextPeriod;
    }
}
