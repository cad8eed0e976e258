using BillingFunctions.Platform.Durable;
using BillingFunctions.Platform.Runs;
using BillingFunctions.Platform.Telemetry;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Invoicing.Runs;

/// <summary>A run that begins.</summary>
public sealed record BeginInvoicing(InvoicingState State) : IRequest
{
    string IRequest.Key => "begin";
}

/// <summary>Writes that a run has begun. May run twice: it writes the same again.</summary>
public sealed class BeginInvoicingActivity(RunStore<InvoicingRun> store)
{
    [Function(nameof(BeginInvoicingActivity))]
    public async Task<Answer<InvoicingRunStatus>> RunAsync([ActivityTrigger] BeginInvoicing begin, CancellationToken cancellationToken)
    {
        Edge.About("run_id", begin.State.RunId);
        var run = InvoicingRun.Of(begin.State, InvoicingRunStatus.Running);
        await store.SaveAsync(run, cancellationToken);
        return Answer.To(begin, run.Status);
    }
}

/// <summary>How a run ended.</summary>
/// <param name="State">How far it came.</param>
/// <param name="Error">Why it broke down; null when it did not.</param>
public sealed record InvoicingEnd(InvoicingState State, string? Error) : IRequest
{
    string IRequest.Key => Error is null ? "finish" : "fail";
}

/// <summary>Writes how a run ended. May run twice: it writes the same again.</summary>
public sealed class FinishInvoicingActivity(RunStore<InvoicingRun> store, TimeProvider time)
{
    [Function(nameof(FinishInvoicingActivity))]
    public async Task<Answer<InvoicingRunStatus>> RunAsync([ActivityTrigger] InvoicingEnd end, CancellationToken cancellationToken)
    {
        Edge.About("run_id", end.State.RunId);
        var run = InvoicingRun.Of(end.State, StatusOf(end)) with { Error = end.Error, FinishedAt = time.GetUtcNow() };
        await store.SaveAsync(run, cancellationToken);
        return Answer.To(end, run.Status);
    }

    internal static InvoicingRunStatus StatusOf(InvoicingEnd end) =>
        end.Error is not null ? InvoicingRunStatus.Failed
        : end.State.Totals is { Failures: > 0 } ? InvoicingRunStatus.CompletedWithFailures
        : InvoicingRunStatus.Completed;
}
