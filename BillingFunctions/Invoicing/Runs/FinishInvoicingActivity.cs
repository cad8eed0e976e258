using BillingFunctions.Platform.Durable;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Invoicing.Runs;

/// <summary>Asks for the end of a run to be stored.</summary>
/// <param name="Run">The run, completed or failed.</param>
public sealed record FinishInvoicing(InvoicingRun Run) : IRequest
{
    string IRequest.Key => Run.Error is null ? $"finish {Run.FurtherStarts}" : "fail";
}

/// <summary>The outcome of a <see cref="FinishInvoicing"/>.</summary>
/// <param name="FurtherStarts">How many further starts were given. If they are more than the completed run knows of, it has not ended, but goes over the customers once more.</param>
public sealed record InvoicingFinished(int FurtherStarts);

/// <summary>Writes how a run ended, if it has. May run twice: it writes the same again.</summary>
public sealed class FinishInvoicingActivity(InvoicingRuns runs, TimeProvider time)
{
    [Function(nameof(FinishInvoicingActivity))]
    public async Task<Answer<InvoicingFinished>> RunAsync([ActivityTrigger] FinishInvoicing finish, CancellationToken cancellationToken)
    {
        Edge.About("run_id", finish.Run.Id);
        return Answer.To(finish, new InvoicingFinished(await runs.EndAsync(finish.Run with { FinishedAt = time.GetUtcNow() }, cancellationToken)));
    }
}
