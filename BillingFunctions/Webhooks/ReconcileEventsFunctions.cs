using BillingFunctions.Platform.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Webhooks;

/// <summary>Runs the reconciler: every hour over what is new, and over everything when asked.</summary>
public sealed partial class ReconcileEventsFunctions(EventReconciler reconciler, ILogger<ReconcileEventsFunctions> logger)
{
    [Function("ReconcileEventsTimer")]
    public async Task RunAsync([TimerTrigger("0 17 * * * *")] TimerInfo timer, CancellationToken cancellationToken)
    {
        var report = await reconciler.ContinueAsync(cancellationToken);
        Log.Reconciled(logger, report.Checked, report.Missing, report.Stuck);
    }

    [Function("ReconcileEventsFunction")]
    public async Task<IResult> RunAsync(
        [HttpTrigger(AuthorizationLevel.Function, "post", Route = "api/webhook_events/reconcile")] HttpRequest request, CancellationToken cancellationToken) =>
        ApiJson.Ok(await reconciler.RunAsync(cancellationToken));

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Information, Message = "Of {Checked} events that Stripe lists {Missing} had never arrived and {Stuck} were stuck.")]
        public static partial void Reconciled(ILogger logger, int @checked, int missing, int stuck);
    }
}
