using System.Text;
using BillingFunctions.Platform;
using BillingFunctions.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;
using Polly;
using Polly.Retry;

namespace BillingFunctions.Invoicing.Runs;

/// <summary>Starts the run of a month: by the timer for the month before, and by <c>POST /api/invoicing/{yyyy-MM}/runs</c> for any that has ended.</summary>
public sealed partial class StartInvoicingFunctions(InvoicingRuns runs, IdempotentRequests idempotency, TimeProvider time, ILogger<StartInvoicingFunctions> logger)
{
    private const string Timer = "timer";

    /// <summary>The timer comes once a month, and nobody sees it fail: seven tries in about five minutes, which a function has time for.</summary>
    private readonly ResiliencePipeline _patiently = new ResiliencePipelineBuilder { TimeProvider = time }
        .AddRetry(new RetryStrategyOptions { MaxRetryAttempts = 6, Delay = TimeSpan.FromSeconds(5), BackoffType = DelayBackoffType.Exponential })
        .Build();

    [Function("InvoicingTimer")]
    public async Task OnTimerAsync([TimerTrigger("%Invoicing:Schedule%")] TimerInfo timer, [DurableClient] DurableTaskClient durable, CancellationToken cancellationToken)
    {
        var month = BillingMonth.Of(time.GetUtcNow()).Previous;
        var run = await _patiently.ExecuteAsync(
            async token =>
            {
                await runs.AnnounceAsync(month, Timer, token);
                return await runs.StartAsync(durable, month, Timer, onlyWatches: false, token);
            },
            cancellationToken);
        Log.Started(logger, run.Id, run.Month);
    }

    [Function("StartInvoicingFunction")]
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
            var run = await runs.StartAsync(durable, parsed, Caller.Of(request), onlyWatches: false, cancellationToken);
            return CreatedAnswer.Accepted($"/api/invoicing/{parsed}", InvoicingRunView.Of(run, time.GetUtcNow()));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Run {RunId} bills the month {Month}.")]
        public static partial void Started(ILogger logger, string runId, string month);
    }
}

internal static class InvoicingProblems
{
    /// <summary>400: the month in the address is none.</summary>
    public static IResult NotAMonth => Problems.Invalid("month", $"Allowed is {BillingMonth.Allowed}.");
}
