using BillingFunctions.Platform.Durable;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace BillingFunctions.Invoicing.Runs;

/// <summary>
/// Adds an invoice for each customer of a month and queues its lookup, no faster than the amount API allows and never more than the queues may hold; then it ends.
/// Each page is one step of the history: after a crash it goes on with the next. Asked for again meanwhile, it goes over the customers once more before it ends.
/// </summary>
public static class InvoicingOrchestrator
{
    /// <summary>Pages after which a new generation starts with an empty history.</summary>
    private const int PagesPerGeneration = 200;

    [Function(nameof(InvoicingOrchestrator))]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var run = context.GetInput<InvoicingRun>() ?? throw new InvalidOperationException("An invoicing run needs itself as input.");
        var (more, error) = (true, (string?)null);
        try
        {
            for (var page = 0; page < PagesPerGeneration && more; page++)
            {
                (run, more) = await AddAsync(context, run);
            }
        }
        catch (TaskFailedException failure)
        {
            error = $"{failure.TaskName} failed each time it was tried. The log says why; the run is started again within minutes.";
        }

        if (more && error is null)
        {
            context.ContinueAsNew(run);
            return;
        }

        var status = error is null ? InvoicingRunStatus.Completed : InvoicingRunStatus.Failed;
        var finished = await context.AskAsync<InvoicingFinished>(nameof(FinishInvoicingActivity), new FinishInvoicing(run with { Status = status, Error = error }), RetryPolicies.Storage);
        if (error is null && finished.FurtherStarts > run.FurtherStarts)
        {
            // Somebody has asked for the run again, perhaps because of customers that it had passed by.
            context.ContinueAsNew(run.Restarted() with { FurtherStarts = finished.FurtherStarts });
        }
    }

    private static async Task<(InvoicingRun Run, bool More)> AddAsync(TaskOrchestrationContext context, InvoicingRun run)
    {
        var began = context.CurrentUtcDateTime;
        var page = await context.AskAsync<InvoicesAdded>(nameof(AddInvoicesActivity), new AddInvoices(run.Month, run.StartedAt, run.After), RetryPolicies.Storage);
        run = run.With(page);
        context.SetCustomStatus(run);
        if (page.More && page.Pace > TimeSpan.Zero)
        {
            // Set even if its time has come: what is asked next, and under which number, may not depend on the clock.
            await context.CreateTimer(began + page.Pace, CancellationToken.None);
        }

        return (run, page.More);
    }
}
