using System.Net;
using System.Text.Json;
using Azure.Storage.Blobs;
using Azure.Storage.Blobs.Specialized;
using BillingFunctions.Exports.Files;
using BillingFunctions.Exports.Runs;
using BillingFunctions.Platform.Durable;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Stripe;

namespace BillingFunctions.Exports.Stretches;

/// <summary>
/// Fetches pages of one range, one after the other, stages each as a block of the file, and answers with how far it came. May run twice, also at the same time: each attempt stages blocks of its own,
/// and the file gets those of the attempt whose answer was taken.
/// </summary>
public sealed partial class FetchStretchActivity(StripeClients clients, BlobServiceClient blobs, StretchProgressStore progress, TimeProvider time, ILogger<FetchStretchActivity> logger)
{
    /// <summary>After a crash a stretch is begun anew: its work is lost, so it should not be long. Shorter ones would keep the engine busy rather than Stripe.</summary>
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan ReportEvery = TimeSpan.FromSeconds(1);

    [Function(nameof(FetchStretchActivity))]
    public async Task<Answer<StretchFetched>> RunAsync([ActivityTrigger] FetchStretch stretch, CancellationToken cancellationToken)
    {
        Edge.About("run_id", stretch.Plan.RunId);
        return Answer.To(stretch, await FetchAsync(stretch, cancellationToken));
    }

    private async Task<StretchFetched> FetchAsync(FetchStretch stretch, CancellationToken cancellationToken)
    {
        var fetched = new StretchFetched(StretchEnd.Paused, stretch.RangeId, ExportBlocks.NewAttempt());
        var (began, reported) = (time.GetTimestamp(), time.GetTimestamp());
        try
        {
            while (fetched.End == StretchEnd.Paused && fetched.Pages < stretch.MaxPages && time.GetElapsedTime(began) < Longest)
            {
                fetched = await FetchPageAsync(stretch, fetched, cancellationToken);
                if (time.GetElapsedTime(reported) >= ReportEvery)
                {
                    reported = time.GetTimestamp();
                    if (!await TryReportAsync(stretch, fetched, cancellationToken))
                    {
                        break;
                    }
                }
            }
        }
        catch (Exception failure) when (fetched.Pages > 0)
        {
            // What is staged counts. The next stretch begins with the page that failed, and spends tries on it if it fails again.
            if (!cancellationToken.IsCancellationRequested)
            {
                Log.Stopped(logger, failure, stretch.Plan.RunId, fetched.Pages);
            }
        }

        return fetched;
    }

    /// <returns>False when the run has ended.</returns>
    private Task<bool> TryReportAsync(FetchStretch stretch, StretchFetched fetched, CancellationToken cancellationToken)
    {
        var report = new StretchProgress(
            new StretchInFlight(stretch.RangeId, stretch.Page), fetched.Rows, fetched.Pages, fetched.ThrottledMs, fetched.LastId ?? stretch.Cursor, time.GetUtcNow());
        return progress.TryReportAsync(stretch.Plan.RunId, stretch.Slot, report, cancellationToken);
    }

    private async Task<StretchFetched> FetchPageAsync(FetchStretch stretch, StretchFetched soFar, CancellationToken cancellationToken)
    {
        try
        {
            return await StagePageAsync(stretch, soFar, cancellationToken);
        }
        catch (StripeThrottledException throttled)
        {
            return soFar with { End = StretchEnd.Throttled, RetryAt = throttled.RetryAt, ThrottledMs = soFar.ThrottledMs + (long)throttled.Waited.TotalMilliseconds };
        }
        catch (StripeException refused) when (refused.StripeError?.Code == "resource_missing" && (soFar.LastId ?? stretch.Cursor) is not null)
        {
            return soFar with { End = StretchEnd.CursorGone };
        }
        catch (StripeException refused) when (IsFinal(refused))
        {
            return soFar with { End = StretchEnd.Refused, Reason = StripeFailure.From(refused, cancellationToken)!.Reason };
        }
    }

    /// <summary>Reads the page behind what was read so far and stages it, if it has customers of the range.</summary>
    private async Task<StretchFetched> StagePageAsync(FetchStretch stretch, StretchFetched soFar, CancellationToken cancellationToken)
    {
        var cursor = soFar.LastId ?? stretch.Cursor;
        var customers = await clients.For(StripeLane.Export).V1.Customers.ListAsync(Options(stretch, cursor), cancellationToken: cancellationToken);
        var page = StripePage.Read(customers.StripeResponse!, cursor);
        var read = soFar with { ThrottledMs = soFar.ThrottledMs + (long)page.Waited.TotalMilliseconds };
        if (page.Items.Count == 0)
        {
            return read with { End = StretchEnd.RangeDone };
        }

        if (cursor is not null && CreatedOf(page.Items[0]) > (soFar.LastCreated ?? stretch.NotNewerThan))
        {
            throw new StripeListException($"Stripe's page behind {cursor} has customers from before it: the list would never end.");
        }

        // The neighbouring ranges have what is outside of this one, should the server see its bounds otherwise than we do.
        var rows = page.Items.Where(customer => CreatedOf(customer) is var created && created >= stretch.From && created <= stretch.To).ToList();
        if (rows.Count > 0)
        {
            await StageAsync(stretch.Plan, rows, ExportBlocks.PageOf(stretch.Plan.RunId, stretch.RangeId, stretch.Page + soFar.Pages, soFar.Attempt), cancellationToken);
        }

        var last = page.Items[^1];
        return read with
        {
            End = page.Next is not null && CreatedOf(last) >= stretch.From ? StretchEnd.Paused : StretchEnd.RangeDone,
            Pages = soFar.Pages + (rows.Count > 0 ? 1 : 0),
            Rows = soFar.Rows + rows.Count,
            LastId = last.GetProperty("id").GetString(),
            LastCreated = CreatedOf(last),
        };
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

    /// <summary>A wrong key or request stays wrong. What may pass (409, 5xx, a broken connection) is thrown, so that the orchestrator retries.</summary>
    private static bool IsFinal(StripeException refused) =>
        refused.HttpStatusCode is HttpStatusCode.BadRequest or HttpStatusCode.Unauthorized or HttpStatusCode.PaymentRequired or HttpStatusCode.Forbidden
            or HttpStatusCode.NotFound;

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "A stretch of run {RunId} stopped after {Pages} pages because the next one failed; it is tried anew.")]
        public static partial void Stopped(ILogger logger, Exception failure, string runId, int pages);
    }
}
