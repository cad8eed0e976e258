using BillingFunctions.Platform.Durable;
using Microsoft.Azure.Functions.Worker;
using Microsoft.DurableTask;

namespace BillingFunctions.Invoicing.Runs;

/// <summary>
/// Bills a month: adds an invoice for each customer and queues its lookup, no faster than the amount API bears and never more than the queues may hold, then
/// watches until each invoice has come to its end. Each page and each check is one step of the history: after a crash it goes on with the next.
/// </summary>
public static class InvoicingOrchestrator
{
    /// <summary>Steps after which a new generation starts with a fresh history.</summary>
    private const int StepsPerGeneration = 200;

    [Function(nameof(InvoicingOrchestrator))]
    public static async Task RunAsync([OrchestrationTrigger] TaskOrchestrationContext context)
    {
        var state = context.GetInput<InvoicingState>() ?? throw new InvalidOperationException("An invoicing run needs its state as input.");
        try
        {
            state = await BeginAsync(context, state);
            for (var step = 0; step < StepsPerGeneration && state.Phase != InvoicingPhase.Done; step++)
            {
                state = state.Phase == InvoicingPhase.Adding ? await AddAsync(context, state) : await CheckAsync(context, state);
            }
        }
        catch (TaskFailedException failure)
        {
            await context.AskAsync<InvoicingRunStatus>(nameof(FinishInvoicingActivity), new InvoicingEnd(state, $"{failure.TaskName} failed each time it was tried. The log says why; the run is started again within the hour."), Retries.Storage);
            return;
        }

        if (state.Phase != InvoicingPhase.Done)
        {
            context.ContinueAsNew(state);
            return;
        }

        await context.AskAsync<InvoicingRunStatus>(nameof(FinishInvoicingActivity), new InvoicingEnd(state, null), Retries.Storage);
    }

    private static async Task<InvoicingState> BeginAsync(TaskOrchestrationContext context, InvoicingState state)
    {
        if (!state.IsStored)
        {
            await context.AskAsync<InvoicingRunStatus>(nameof(BeginInvoicingActivity), new BeginInvoicing(state), Retries.Storage);
        }

        context.SetCustomStatus(InvoicingProgress.Of(state));
        return state with { IsStored = true };
    }

    private static async Task<InvoicingState> AddAsync(TaskOrchestrationContext context, InvoicingState state)
    {
        var began = context.CurrentUtcDateTime;
        var page = await context.AskAsync<InvoicesAdded>(nameof(AddInvoicesActivity), new AddInvoices(state.Month, state.StartedAt, state.After), Retries.Storage);
        state = state.With(page);
        context.SetCustomStatus(InvoicingProgress.Of(state));
        if (page.Pace > TimeSpan.Zero)
        {
            // Set even if its time has come: what is asked next, and under which number, may not depend on the clock.
            await context.CreateTimer(began + page.Pace, CancellationToken.None);
        }

        return state;
    }

    private static async Task<InvoicingState> CheckAsync(TaskOrchestrationContext context, InvoicingState state)
    {
        state = state.With(await context.AskAsync<InvoicesChecked>(nameof(CheckInvoicesActivity), new CheckInvoices(state.Month, state.Checks), Retries.Storage));
        context.SetCustomStatus(InvoicingProgress.Of(state));
        if (state.Phase != InvoicingPhase.Done)
        {
            await context.CreateTimer(state.Interval, CancellationToken.None);
        }

        return state;
    }
}
