using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.OpenApi;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Webhooks.Reconciling;

/// <summary>Runs the reconciler: every hour over what is new, and over the last days, or <c>?from=</c> a time, when asked.</summary>
public sealed partial class ReconcileEventsFunctions(EventReconciler reconciler, TimeProvider time, ILogger<ReconcileEventsFunctions> logger)
{
    [Function("ReconcileEventsTimer")]
    public async Task OnTimerAsync([TimerTrigger("0 17 * * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        var report = await reconciler.ContinueAsync(cancellationToken);
        Log.Reconciled(logger, report.Checked, report.Missing, report.Stuck);
    }

    /// <summary>Compares Stripe's events with the inbox, and feeds what never arrived.</summary>
    [Function("ReconcileEventsFunction")]
    [OperatorAction]
    [QueryParameter<DateTimeOffset>("from", "Events from this time on, of the last 30 days; without it those of the last days.")]
    [ProducesResponseType<ReconciliationReport>(StatusCodes.Status200OK)]
    [ProducesProblem(StatusCodes.Status400BadRequest)]
    public async Task<IResult> OnRequestAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/webhook_events/reconcile")] HttpRequest request, CancellationToken cancellationToken)
    {
        var given = request.Query["from"];
        if (given.Count == 0)
        {
            return ApiJson.Ok(await reconciler.RunAsync(from: null, cancellationToken));
        }

        var now = time.GetUtcNow();
        return given is [{ } text] && Rfc3339.TryParse(text, out var from) && from > now - EventReconciler.Reach && from < now
            ? ApiJson.Ok(await reconciler.RunAsync(from, cancellationToken))
            : Problems.Invalid("from", "The value must be a time of the last 30 days, such as 2026-01-31T00:00:00Z.");
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Of {Checked} events that Stripe lists {Missing} had never arrived and {Stuck} were stuck.")]
        public static partial void Reconciled(ILogger logger, int @checked, int missing, int stuck);
    }
}
