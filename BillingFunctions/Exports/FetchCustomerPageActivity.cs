using System.Net;
using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using BillingFunctions.Platform.Stripe;
using Microsoft.Azure.Functions.Worker;
using Stripe;

namespace BillingFunctions.Exports;

/// <summary>
/// Reads one page of customers and stages it as one block of the file. May run twice: the block's id is made of run, range and page,
/// so the second time replaces the first.
/// </summary>
public sealed class FetchCustomerPageActivity(StripeClients clients, BlobServiceClient blobs)
{
    [Function(nameof(FetchCustomerPageActivity))]
    public async Task<PageFetched> RunAsync([ActivityTrigger] FetchPage page, CancellationToken cancellationToken)
    {
        using var meter = ThrottleMeter.Start();
        var result = await FetchAsync(page, cancellationToken);
        return result with { ThrottledMs = meter.Milliseconds };
    }

    private async Task<PageFetched> FetchAsync(FetchPage page, CancellationToken cancellationToken)
    {
        try
        {
            var customers = await clients.For(StripeLane.Export).V1.Customers.ListAsync(Options(page), cancellationToken: cancellationToken);
            return await StageAsync(page, customers, cancellationToken);
        }
        catch (StripeThrottledException throttled)
        {
            return new PageFetched(PageOutcome.Throttled, page.RangeId) { RetryAt = throttled.RetryAt };
        }
        catch (StripeException refused) when (refused.StripeError?.Code == "resource_missing" && page.Cursor is not null)
        {
            return new PageFetched(PageOutcome.CursorGone, page.RangeId);
        }
        catch (StripeException refused) when (IsFinal(refused))
        {
            return new PageFetched(PageOutcome.Refused, page.RangeId) { Reason = $"Stripe refused ({(int)refused.HttpStatusCode}): {refused.Message}" };
        }
    }

    private static CustomerListOptions Options(FetchPage page) => new()
    {
        Limit = ExportState.PageSize,
        StartingAfter = page.Cursor,
        Created = new DateRangeOptions
        {
            GreaterThanOrEqual = DateTimeOffset.FromUnixTimeSeconds(page.From).UtcDateTime,
            LessThanOrEqual = DateTimeOffset.FromUnixTimeSeconds(page.To).UtcDateTime,
        },
        Expand = CustomerFields.Expansions(page.Plan.Fields).ToList() is { Count: > 0 } expansions ? expansions : null,
    };

    private async Task<PageFetched> StageAsync(FetchPage page, StripeList<Customer> customers, CancellationToken cancellationToken)
    {
        // From the JSON itself: it has every field, also those that the SDK does not know yet.
        using var answer = JsonDocument.Parse(customers.StripeResponse!.Content);
        var listed = answer.RootElement.GetProperty("data").EnumerateArray().ToList();
        if (listed.Count == 0)
        {
            return new PageFetched(PageOutcome.Staged, page.RangeId);
        }

        // The neighbouring ranges have what is outside of this one, should the server see its bounds otherwise than we do.
        var rows = listed.Where(customer => CreatedOf(customer) is var created && created >= page.From && created <= page.To).ToList();
        if (rows.Count > 0)
        {
            await StageAsync(page, rows, cancellationToken);
        }

        return new PageFetched(PageOutcome.Staged, page.RangeId)
        {
            Rows = rows.Count,
            LastId = listed[^1].GetProperty("id").GetString(),
            LastCreated = CreatedOf(listed[^1]),
            HasMore = answer.RootElement.GetProperty("has_more").GetBoolean() && CreatedOf(listed[^1]) >= page.From,
        };
    }

    private async Task StageAsync(FetchPage page, IReadOnlyList<JsonElement> rows, CancellationToken cancellationToken)
    {
        using var csv = new MemoryStream(CustomerCsv.Rows(rows, page.Plan.Fields, page.Plan.Formulas));
        var blob = blobs.GetBlobContainerClient(page.Plan.Container).GetBlockBlobClient(page.Plan.BlobName);
        await blob.StageBlockAsync(ExportBlocks.PageOf(page.Plan.RunId, page.RangeId, page.Page), csv, cancellationToken: cancellationToken);
    }

    private static long CreatedOf(JsonElement customer) => customer.GetProperty("created").GetInt64();

    /// <summary>A wrong key or request stays wrong. What may pass (409, 5xx, a broken connection) is thrown, so that the orchestrator retries.</summary>
    private static bool IsFinal(StripeException refused) =>
        refused.HttpStatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.PaymentRequired or HttpStatusCode.Forbidden
            or HttpStatusCode.NotFound;
}
