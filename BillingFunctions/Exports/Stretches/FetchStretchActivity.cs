using System.Net;
using BillingFunctions.Exports.Runs;
using BillingFunctions.Platform.Durable;
using BillingFunctions.Platform.Stripe;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;
using Stripe;

namespace BillingFunctions.Exports.Stretches;

/// <summary>
/// Fetches pages of one range, one after the other, and answers with how far it came. May run twice, also at the same time: each attempt stages blocks of its own,
/// and the file gets those of the attempt whose answer was taken.
/// </summary>
public sealed partial class FetchStretchActivity(CustomerPages pages, StretchProgressStore progress, TimeProvider time, ILogger<FetchStretchActivity> logger)
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
            var blockId = ExportBlocks.PageOf(stretch.Plan.RunId, stretch.RangeId, stretch.Page + soFar.Pages, soFar.Attempt);
            var page = await pages.StageAsync(stretch, soFar.LastId ?? stretch.Cursor, soFar.LastCreated ?? stretch.NotNewerThan, blockId, cancellationToken);
            return soFar with
            {
                End = page.HasMore ? StretchEnd.Paused : StretchEnd.RangeDone,
                Pages = soFar.Pages + (page.Rows > 0 ? 1 : 0),
                Rows = soFar.Rows + page.Rows,
                LastId = page.LastId ?? soFar.LastId,
                LastCreated = page.LastCreated ?? soFar.LastCreated,
                ThrottledMs = soFar.ThrottledMs + (long)page.Waited.TotalMilliseconds,
            };
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
