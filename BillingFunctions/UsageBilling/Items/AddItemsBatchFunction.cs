using System.Text.Json;
using System.Text.Json.Serialization;
using Azure;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.UsageBilling.Items;

/// <summary><c>POST /api/invoice_items/batch</c>: up to 1,000 items of any invoices, each added or refused by itself.</summary>
public sealed partial class AddItemsBatchFunction(AddItems add, IdempotentRequests idempotency, TimeProvider time, ILogger<AddItemsBatchFunction> logger)
{
    private const int MaxItems = 1_000;
    private const int MaxBody = 4 * 1024 * 1024;
    private const string Items = "invoice_items";

    /// <summary>Adds up to 1,000 items of usage, with an outcome for each.</summary>
    /// <remarks>200 also when some are refused: <c>data</c> says which. A list of items alone will do for a body.</remarks>
    [Function(nameof(AddItemsBatchFunction))]
    [Idempotent]
    [QueryParameter<string>("late", "`next_period`: items that come too late for their month are billed with the next.")]
    [Consumes(typeof(BatchBody), "application/json")]
    [ProducesResponseType<BatchView>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status422UnprocessableEntity)]
    public async Task<IResult> RunAsync([HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/invoice_items/batch")] HttpRequest request, CancellationToken cancellationToken)
    {
        var body = await JsonBody.ReadBytesAsync(request, MaxBody, cancellationToken);
        var errors = new FieldErrors();
        var (items, invoice) = Read(JsonBody.Read<JsonElement>(body), errors);
        var isLateAllowed = LateItems.AreAllowed(request, errors);
        if (errors.Any)
        {
            return Problems.Unprocessable(errors);
        }

        return await idempotency.RunAsync(request, "invoice_items", body, UsageKey.New(time.GetUtcNow()), AddAsync, cancellationToken);

        async Task<IResult> AddAsync(string batch, bool mayExist)
        {
            var outcomes = await Task.WhenAll(items.Select((item, index) => AddOneAsync(item, invoice, index, UsageKey.Of(batch, index), isLateAllowed, mayExist)));
            var created = outcomes.Count(outcome => outcome.Status == BatchStatus.Created);
            return CreatedAnswer.Done(new BatchView(outcomes, created, outcomes.Length - created));
        }
    }

    /// <summary>A list, or an object with one, which may name the invoice of those that do not.</summary>
    private static (IReadOnlyList<JsonElement> Items, JsonElement? Invoice) Read(JsonElement body, FieldErrors errors)
    {
        var fields = body.ValueKind == JsonValueKind.Object ? body.EnumerateObject().DistinctBy(field => field.Name).ToDictionary(field => field.Name, field => field.Value) : [];
        foreach (var name in fields.Keys.Where(name => name is not (Items or ItemFields.InvoiceField or ItemFields.InvoiceAlias)))
        {
            errors.Add(ShortText.Of(name, 100), $"There is no such field. Fields that can be set: {ItemFields.InvoiceField}, {Items}.");
        }

        var list = body.ValueKind == JsonValueKind.Object ? fields.GetValueOrDefault(Items) : body;
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 or > MaxItems)
        {
            errors.Add(Items, $"The value must be a list of 1 to {MaxItems} items{(list.ValueKind == JsonValueKind.Array ? $"; there are {list.GetArrayLength()}" : "")}.");
            return ([], null);
        }

        return ([.. list.EnumerateArray()], fields.TryGetValue(ItemFields.InvoiceField, out var invoice) || fields.TryGetValue(ItemFields.InvoiceAlias, out invoice) ? invoice : null);
    }

    /// <summary>One that storage does not take is refused by itself: the others of the batch are added.</summary>
    private async Task<ItemOutcome> AddAsync(NewItem item)
    {
        try
        {
            return await add.AddAsync(item);
        }
        catch (RequestFailedException failure)
        {
            Log.NotStored(logger, item.Key, failure);
            return new ItemOutcome(null, new ItemRefusal("invoice_item", "It could not be stored just now, for a reason of ours. Send it again."));
        }
    }

    private async Task<BatchOutcome> AddOneAsync(JsonElement item, JsonElement? invoice, int index, string key, bool isLateAllowed, bool mayExist)
    {
        if (item.ValueKind != JsonValueKind.Object)
        {
            return BatchOutcome.Refused(index, new FieldErrors().Add("invoice_item", "The body must be a JSON object."));
        }

        var (fields, errors) = ItemFields.ReadNew(item, time.GetUtcNow(), invoice);
        if (errors.Any)
        {
            return BatchOutcome.Refused(index, errors);
        }

        var (row, refusal) = await AddAsync(new NewItem(key, fields with { IsLateAllowed = fields.IsLateAllowed || isLateAllowed }, mayExist));
        return row is null
            ? BatchOutcome.Refused(index, new FieldErrors().Add(refusal!.Field, refusal.Reason))
            : new BatchOutcome(index, BatchStatus.Created, ItemRow.Read(row).Id, null);
    }

    /// <summary>Items to be added together.</summary>
    /// <param name="InvoiceItems">1 to 1,000 items.</param>
    /// <param name="Invoice">The invoice of those that name none.</param>
    internal sealed record BatchBody(IReadOnlyList<BatchItemBody> InvoiceItems, string? Invoice = null);

    /// <summary>What became of a batch.</summary>
    /// <param name="Data">What became of each, in the order of the request.</param>
    /// <param name="Created">How many are added.</param>
    /// <param name="Refused">How many are not.</param>
    internal sealed record BatchView(IReadOnlyList<BatchOutcome> Data, int Created, int Refused);

    /// <summary>What became of an item of a batch.</summary>
    /// <param name="Index">Which of the request, from 0.</param>
    /// <param name="Status">Whether it is added.</param>
    /// <param name="Id">Its id, when it is.</param>
    /// <param name="Errors">Why not, by field, when it is not.</param>
    internal sealed record BatchOutcome(
        int Index, BatchStatus Status,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Id,
        [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IDictionary<string, string[]>? Errors)
    {
        public static BatchOutcome Refused(int index, FieldErrors errors) => new(index, BatchStatus.Refused, null, errors.ByField);
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "An item of a batch, {Key}, could not be stored.")]
        public static partial void NotStored(ILogger logger, string key, Exception exception);
    }

    /// <summary>Whether an item of a batch is added.</summary>
    internal enum BatchStatus
    {
        Created,
        Refused,
    }
}
