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
/// <param name="Waited">How long the call waited for the rate limit.</param>
public sealed record CustomerPage(int Rows, string? LastId, long? LastCreated, bool HasMore, TimeSpan Waited);

/// <summary>Reads pages of customers and stages them as blocks of the file.</summary>
public sealed class CustomerPages(StripeClients clients, BlobServiceClient blobs)
{
    /// <summary>Reads the page behind a cursor and stages it, if it has customers of the range.</summary>
    /// <param name="stretch">The range and its export.</param>
    /// <param name="cursor">The last customer of the page before.</param>
    /// <param name="notNewerThan">When that one was created, Unix time.</param>
    /// <param name="blockId">The block.</param>
    /// <param name="cancellationToken">Cancels the calls.</param>
    internal async Task<CustomerPage> StageAsync(FetchStretch stretch, string? cursor, long? notNewerThan, string blockId, CancellationToken cancellationToken)
    {
        var customers = await clients.For(StripeLane.Export).V1.Customers.ListAsync(Options(stretch, cursor), cancellationToken: cancellationToken);
        var page = StripePage.Read(customers.StripeResponse!, cursor);
        if (cursor is not null && page.Items is [var first, ..] && CreatedOf(first) > notNewerThan)
        {
            throw new StripeListException($"Stripe's page behind {cursor} has customers from before it: the list would never end.");
        }

        if (page.Items.Count == 0)
        {
            return new CustomerPage(0, null, null, false, page.Waited);
        }

        // The neighbouring ranges have what is outside of this one, should the server see its bounds otherwise than we do.
        var rows = page.Items.Where(customer => CreatedOf(customer) is var created && created >= stretch.From && created <= stretch.To).ToList();
        if (rows.Count > 0)
        {
            await StageAsync(stretch.Plan, rows, blockId, cancellationToken);
        }

        var last = page.Items[^1];
        return new CustomerPage(rows.Count, last.GetProperty("id").GetString(), CreatedOf(last), page.Next is not null && CreatedOf(last) >= stretch.From, page.Waited);
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
