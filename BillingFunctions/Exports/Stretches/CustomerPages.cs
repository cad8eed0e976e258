using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using BillingFunctions.Exports.Files;
using BillingFunctions.Exports.Runs;
using BillingFunctions.Platform.Stripe;
using Stripe;

namespace BillingFunctions.Exports.Stretches;

/// <summary>A page of customers.</summary>
/// <param name="Rows">How many of them are in the file.</param>
/// <param name="LastId">The last one; null when the page was empty.</param>
/// <param name="LastCreated">When that one was created, Unix time.</param>
/// <param name="HasMore">Whether the range has more behind it.</param>
public sealed record CustomerPage(int Rows, string? LastId, long? LastCreated, bool HasMore);

/// <summary>Reads pages of customers and stages them as blocks of the file.</summary>
public sealed class CustomerPages(StripeClients clients, BlobServiceClient blobs)
{
    /// <summary>Reads the page behind a cursor and stages it, if it has customers of the range.</summary>
    /// <param name="stretch">The range and its export.</param>
    /// <param name="cursor">The last customer of the page before.</param>
    /// <param name="blockId">The block.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    internal async Task<CustomerPage> StageAsync(FetchStretch stretch, string? cursor, string blockId, CancellationToken cancellationToken)
    {
        var customers = await clients.For(StripeLane.Export).V1.Customers.ListAsync(Options(stretch, cursor), cancellationToken: cancellationToken);

        // From the JSON itself: it has every field, also those that the SDK does not know yet.
        using var answer = JsonDocument.Parse(customers.StripeResponse!.Content);
        var listed = answer.RootElement.GetProperty("data").EnumerateArray().ToList();
        var hasMore = answer.RootElement.GetProperty("has_more").GetBoolean();
        if (listed.Count == 0)
        {
            return hasMore ? throw new InvalidDataException("Stripe sent an empty page of customers and says that there are more.") : new CustomerPage(0, null, null, false);
        }

        // The neighbouring ranges have what is outside of this one, should the server see its bounds otherwise than we do.
        var rows = listed.Where(customer => CreatedOf(customer) is var created && created >= stretch.From && created <= stretch.To).ToList();
        if (rows.Count > 0)
        {
            await StageAsync(stretch.Plan, rows, blockId, cancellationToken);
        }

        return new CustomerPage(rows.Count, listed[^1].GetProperty("id").GetString(), CreatedOf(listed[^1]), hasMore && CreatedOf(listed[^1]) >= stretch.From);
    }

    private static CustomerListOptions Options(FetchStretch stretch, string? cursor) => new()
    {
        Limit = ExportState.PageSize,
        StartingAfter = cursor,
        Created = new DateRangeOptions
        {
            GreaterThanOrEqual = DateTimeOffset.FromUnixTimeSeconds(stretch.From).UtcDateTime,
            LessThanOrEqual = DateTimeOffset.FromUnixTimeSeconds(stretch.To).UtcDateTime,
        },
        Expand = CustomerFields.Expansions(stretch.Plan.Fields).ToList() is { Count: > 0 } expansions ? expansions : null,
    };

    private async Task StageAsync(ExportPlan plan, IReadOnlyList<JsonElement> rows, string blockId, CancellationToken cancellationToken)
    {
        using var csv = new MemoryStream(CustomerCsv.Rows(rows, plan.Fields, plan.Formulas));
        var blob = blobs.GetBlobContainerClient(plan.Container).GetBlockBlobClient(plan.BlobName);
        await blob.StageBlockAsync(blockId, csv, cancellationToken: cancellationToken);
    }

    private static long CreatedOf(JsonElement customer) => customer.GetProperty("created").GetInt64();
}
