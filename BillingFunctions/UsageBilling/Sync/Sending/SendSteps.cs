using BillingFunctions.Platform.Stripe;
using BillingFunctions.UsageBilling.Ledger;
using BillingFunctions.UsageBilling.Organizations;
using BillingFunctions.UsageBilling.Sync.Calls;
using BillingFunctions.UsageBilling.Sync.Closing;

namespace BillingFunctions.UsageBilling.Sync.Sending;

/// <summary>Carries out one step of a sender.</summary>
public sealed class SendSteps(
    OrganizationStore organizations, CustomerCalls customers, LineSender sender, LineCorrector corrector, InvoiceCloser closer, OutcomeRecorder recorder, FailedJobReports reports, TimeProvider time)
{
    /// <summary>How long a customer's entry waits for its organization, which is written right after it.</summary>
    private static readonly TimeSpan OrganizationPatience = TimeSpan.FromMinutes(10);

    internal async Task<StepResult> DoAsync(SenderRun run, SendStep step, CancellationToken cancellationToken)
    {
        switch (step)
        {
            case SendStep.Report(var entry):
                await reports.ReportAsync(run.Lease, entry, cancellationToken);
                return StepResult.From(entry, failure: null);
            case SendStep.Customer(var entry):
                return StepResult.From(entry, await SendCustomerAsync(run.Lease, entry, cancellationToken));
            case SendStep.Close(var entry):
                return StepResult.From(entry, await closer.CloseAsync(run.Lease, entry, cancellationToken));
            case SendStep.Compare(var entries):
                return await sender.CompareAsync(run, entries, cancellationToken);
            case SendStep.Lines(var change, var entries):
                var (failed, failure) = await SendLinesAsync(run, change, entries, cancellationToken);
                return new StepResult([.. entries.Except(failed)], failed, failure);
            default:
                throw new InvalidOperationException($"{step} is not a step to carry out.");
        }
    }

    private async Task<(IReadOnlyList<OutboxEntry> Failed, CallFailure? Failure)> SendLinesAsync(
        SenderRun run, LineChange change, IReadOnlyList<OutboxEntry> entries, CancellationToken cancellationToken)
    {
        var mayHaveArrived = entries.Any(entry => entry.MayHaveArrived || entry.Attempts.Count > 0);
        return change switch
        {
            LineChange.Add => await sender.AddAsync(run, entries, mayHaveArrived, cancellationToken),
            LineChange.None => await sender.DropAsync(run.Lease, entries, mayHaveArrived, cancellationToken),
            LineChange.Update or LineChange.Remove => await corrector.CorrectAsync(run.Lease, change, entries, cancellationToken),
            _ => throw new ArgumentOutOfRangeException(nameof(change), change, "Not a change"),
        };
    }

    private async Task<CallFailure?> SendCustomerAsync(SenderLease lease, OutboxEntry entry, CancellationToken cancellationToken)
    {
        var organization = (await organizations.FindAsync(lease.OrganizationId, cancellationToken))?.Read<Organization>();
        if (organization is null && time.GetUtcNow() - entry.QueuedAt < OrganizationPatience)
        {
            return new CallFailure(FailureKind.TurnedAway, "The organization is being written.");
        }

        try
        {
            if (organization?.StripeCustomerId is not null)
            {
                await customers.UpdateAsync(organization, cancellationToken);
            }
            else if (organization is not null)
            {
                var mayExist = entry.Attempts.Count > 0 || entry.IsRetried || lease.IsInDoubt(entry);
                await customers.EnsureAsync(organization, mayExist, entry.CallKeyPart, cancellationToken);
            }

            await recorder.DoneAsync(lease, [(entry, null)], invoice: null, cancellationToken);
            return null;
        }
        catch (Exception exception) when (CallFailure.From(exception, cancellationToken) is { } failure)
        {
            return failure;
        }
    }
}

/// <summary>What came of a step.</summary>
/// <param name="Done">The entries that need not be looked at again before the outbox is read anew.</param>
/// <param name="Failed">Those whose call has failed.</param>
/// <param name="Failure">Why; null when it went well.</param>
internal sealed record StepResult(IReadOnlyList<OutboxEntry> Done, IReadOnlyList<OutboxEntry> Failed, CallFailure? Failure)
{
    public static StepResult From(OutboxEntry entry, CallFailure? failure) => failure is null ? new StepResult([entry], [], null) : new StepResult([], [entry], failure);
}
