using System.Text;
using BillingFunctions.CustomerUploads;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using BillingFunctions.Platform.Runs;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace BillingFunctions.Invoicing.Runs;

/// <summary>
/// Starts the run of a month: by the timer for the month before, by <c>POST /api/invoicing/{yyyy-MM}/runs</c> for any that has ended, and by the sweeper for what was
/// not started, broke down, or has new customers.
/// </summary>
public sealed partial class StartInvoicingFunctions(
    InvoicingRuns runs, MissingInvoiceCount missing, RunStore<CustomerUpload> uploads, IdempotentRequests idempotency, TimeProvider time, ILogger<StartInvoicingFunctions> logger)
{
    private const string Timer = "timer";
    private const string Sweeper = "sweeper";

    /// <summary>How long a run may take from being stored to being scheduled.</summary>
    private static readonly TimeSpan ToBeScheduled = TimeSpan.FromMinutes(1);

    /// <summary>The timer comes once a month: seven tries in about five minutes, which a function has time for.</summary>
    private readonly ResiliencePipeline _patiently = new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions { MaxRetryAttempts = 6, Delay = TimeSpan.FromSeconds(5), BackoffType = DelayBackoffType.Exponential })
        .Build();

    [Function("InvoicingTimer")]
    public async Task OnTimerAsync([TimerTrigger("%Invoicing:Schedule%")] TimerInfo timer, [DurableClient] DurableTaskClient durable, CancellationToken cancellationToken)
    {
        var month = BillingMonth.From(time.GetUtcNow()).Previous;
        var run = await _patiently.ExecuteAsync(async token => await runs.StartAsync(durable, month, Timer, token), cancellationToken);
        Log.Started(logger, run.Id, run.Month);
    }

    /// <summary>Looks at the last two months. A run that an operator has stopped is left alone. May run at any time, twice too: there is one run a month.</summary>
    [Function("InvoicingSweepFunction")]
    public async Task OnSweepAsync([TimerTrigger("30 */5 * * * *")] TimerInfo timer, [DurableClient] DurableTaskClient durable, CancellationToken cancellationToken)
    {
        var last = BillingMonth.From(time.GetUtcNow()).Previous;
        foreach (var month in new[] { last.Previous, last })
        {
            if (await runs.FindAsync(durable, month.ToString(), cancellationToken) is { } latest && await IsToBeStartedAsync(latest, isOpen: month == last, cancellationToken))
            {
                var run = await runs.StartAsync(durable, month, Sweeper, cancellationToken);
                Log.Swept(logger, run.Id, run.Month, latest.Id, latest.Status);
            }
        }
    }

    /// <summary>Starts the invoicing of a month that has ended, or returns the run under way.</summary>
    /// <remarks>A run adds only what is missing, so it may be asked for again.</remarks>
    [Function("StartInvoicingFunction")]
    [OperatorAction]
    [Idempotent]
    [ProducesResponseType<InvoicingRunView>(StatusCodes.Status202Accepted)]
    [ProducesProblem(StatusCodes.Status400BadRequest, StatusCodes.Status422UnprocessableEntity)]
    public async Task<IResult> StartAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/invoicing/{month}/runs")] HttpRequest request,
        [DurableClient] DurableTaskClient durable,
        string month,
        CancellationToken cancellationToken)
    {
        if (!BillingMonth.TryParse(month, out var parsed))
        {
            return InvoicingProblems.NotAMonth;
        }

        if (!parsed.HasEnded(time.GetUtcNow()))
        {
            return Problems.Unprocessable($"The month {parsed} ends at {parsed.End:yyyy-MM-dd'T'HH:mm:ss'Z'}. It can be billed then.");
        }

        // The same key starts one run only, even if that has ended when the request is repeated.
        return await idempotency.RunAsync(request, "invoicing-runs", Encoding.UTF8.GetBytes(month), month, StartAsync, cancellationToken);

        async Task<IResult> StartAsync(string _)
        {
            var run = await runs.StartAsync(durable, parsed, Caller.Of(request), cancellationToken);
            return CreatedAnswer.Accepted($"/api/invoicing/{parsed}", InvoicingRunView.From(run, time.GetUtcNow(), await missing.CountAsync(parsed, cancellationToken)));
        }
    }

    /// <param name="latest">The latest run of the month.</param>
    /// <param name="isOpen">Whether the month still takes in customers: until the month after it has ended.</param>
    /// <param name="cancellationToken">Cancels the wait.</param>
    private async Task<bool> IsToBeStartedAsync(InvoicingRun latest, bool isOpen, CancellationToken cancellationToken) => latest.Status switch
    {
        InvoicingRunStatus.Queued => time.GetUtcNow() - latest.StartedAt > ToBeScheduled,
        InvoicingRunStatus.Failed => !latest.IsStopped,
        InvoicingRunStatus.Completed => isOpen && await HasUploadSinceAsync(latest, cancellationToken),
        _ => false,
    };

    private async Task<bool> HasUploadSinceAsync(InvoicingRun latest, CancellationToken cancellationToken) => await uploads
        .ListAsync(BillingMonth.Parse(latest.Month).End, savedBefore: DateTimeOffset.MaxValue, [nameof(UploadStatus.Completed), nameof(UploadStatus.Failed)], cancellationToken)
        .AnyAsync(upload => !upload.DryRun && upload.FinishedAt > latest.StartedAt, cancellationToken);

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Run {RunId} adds the invoices of {Month}.")]
        public static partial void Started(ILogger logger, string runId, string month);

        [LoggerMessage(EventId = 2, Level = LogLevel.Information, Message = "The sweeper has started run {RunId} of {Month}: the latest run was {LatestId}, which is {LatestStatus}.")]
        public static partial void Swept(ILogger logger, string runId, string month, string latestId, InvoicingRunStatus latestStatus);
    }
}

internal static class InvoicingProblems
{
    /// <summary>400: the month in the address is none.</summary>
    public static IResult NotAMonth => Problems.Invalid("month", $"The value must be {BillingMonth.Allowed}.");
}
