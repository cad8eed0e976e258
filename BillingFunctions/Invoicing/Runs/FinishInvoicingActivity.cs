using BillingFunctions.Platform.Durable;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Invoicing.Runs;

/// <summary>A run that ends.</summary>
/// <param name="Run">The run, completed or failed.</param>
public sealed record FinishInvoicing(InvoicingRun Run) : IRequest
{
    string IRequest.Key => Run.Error is null ? "finish" : "fail";
}

/// <summary>Writes how a run ended. May run twice: it writes the same again.</summary>
public sealed class FinishInvoicingActivity(InvoicingRuns runs, TimeProvider time)
{
    [Function(nameof(FinishInvoicingActivity))]
    public async Task<Answer<InvoicingRunStatus>> RunAsync([ActivityTrigger] FinishInvoicing finish, CancellationToken cancellationToken)
    {
        Edge.About("run_id", finish.Run.Id);
        await runs.SaveAsync(finish.Run with { FinishedAt = time.GetUtcNow() }, cancellationToken);
        return Answer.To(finish, finish.Run.Status);
    }
}
