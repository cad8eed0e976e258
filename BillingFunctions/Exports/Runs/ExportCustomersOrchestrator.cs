using BillingFunctions.Exports.Ending;
using BillingFunctions.Exports.Stretches;
using BillingFunctions.Platform.Durable;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace BillingFunctions.Exports.Runs;

/// <summary>
/// Reads all customers of the window, several ranges at once, stages each page as a block of the file, and at the end commits the blocks.
/// Each stretch of pages is one step of the history: after a crash it goes on with those that are not in it.
/// </summary>
public static class ExportCustomersOrchestrator
{
    /// <summary>Raised by the API to stop the run.</summary>
    public const string CancelEvent = "cancel";

    /// <summary>Ranges read at once. Enough to keep a limit of 25 calls a second busy at half a second a page.</summary>
    private const int Parallelism = 16;

    /// <summary>Stretches after which a new generation starts with a fresh history. Between two the line to Stripe runs dry for some seconds, so not too often.</summary>
    private const int StretchesPerGeneration = 300;

    [Function(nameof(ExportCustomersOrchestrator))]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var state = context.GetInput<ExportState>() ?? throw new InvalidOperationException("An export needs its state as input.");
        var canceled = context.WaitForExternalEvent<bool>(CancelEvent);
        try
        {
            var refusal = await new StretchLoop(context, state, Parallelism).RunAsync(StretchesPerGeneration, canceled);
            if (refusal is null && !canceled.IsCompleted && !state.IsComplete)
            {
                context.ContinueAsNew(state);
                return;
            }

            await EndAsync(context, canceled.IsCompleted ? ExportEnd.Canceled(state)
                : refusal is not null ? ExportEnd.Failed(state, refusal)
                : ExportEnd.Complete(state));
        }
        catch (TaskFailedException failure)
        {
            await EndAsync(context, ExportEnd.Failed(state, failure.FailureDetails.ErrorMessage));
        }
    }

    private static Task<ExportStatus> EndAsync(TaskOrchestrationContext context, ExportEnd end) =>
        context.AskAsync<ExportStatus>(nameof(EndExportActivity), end, RetryPolicies.Storage);
}
