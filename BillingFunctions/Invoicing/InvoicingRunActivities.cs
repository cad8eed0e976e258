using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Invoicing;

/// <summary>Writes that a run has begun. May run twice: it writes the same again.</summary>
public sealed class BeginInvoicingActivity(InvoicingRunStore store)
{
    [Function(nameof(BeginInvoicingActivity))]
    public async Task RunAsync([ActivityTrigger] InvoicingState state, CancellationToken cancellationToken)
    {
        var run = InvoicingRun.Of(state, InvoicingRunStatus.Running);
        await store.SaveAsync(run, cancellationToken);
        await store.SetLatestAsync(run, cancellationToken);
    }
}

/// <summary>How a run ended.</summary>
/// <param name="State">How far it came.</param>
/// <param name="Error">Why it broke down; null when it did not.</param>
public sealed record InvoicingEnd(InvoicingState State, string? Error);

/// <summary>Writes how a run ended. May run twice: it writes the same again.</summary>
public sealed class FinishInvoicingActivity(InvoicingRunStore store, TimeProvider time)
{
    [Function(nameof(FinishInvoicingActivity))]
    public Task RunAsync([ActivityTrigger] InvoicingEnd end, CancellationToken cancellationToken) => store.SaveAsync(
        InvoicingRun.Of(end.State, StatusOf(end)) with { Error = end.Error, FinishedAt = time.GetUtcNow() }, cancellationToken);

    internal static InvoicingRunStatus StatusOf(InvoicingEnd end) =>
        end.Error is not null ? InvoicingRunStatus.Failed
        : end.State.Totals is { Failures: > 0 } ? InvoicingRunStatus.CompletedWithFailures
        : InvoicingRunStatus.Completed;
}
