using System.Text.Json;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.UsageBilling.Ledger;

namespace BillingFunctions.UsageBilling.Sync.Sending;

/// <summary>Puts what was given up into the failed jobs, and only then takes it out of the outbox: a process that dies in between reports it again, which adds nothing.</summary>
public sealed class FailedJobReports(FailedJobStore failedJobs, OutcomeRecorder recorder)
{
    internal async Task ReportAsync(SenderLease lease, OutboxEntry entry, CancellationToken cancellationToken)
    {
        var error = string.Join("\n", entry.Attempts.Select((attempt, index) => $"Attempt {index + 1} at {attempt.At.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}: {attempt.Reason}"));
        await AddAsync(lease.OrganizationId, entry.Subject, $"{entry.GivenUp}\n{error}", entry.Attempts.Count, cancellationToken);
        await recorder.EndReportedAsync(lease, entry, cancellationToken);
    }

    /// <summary>Adds a failed job. When it is retried, its message has the item sent or the invoice closed again.</summary>
    internal Task AddAsync(string organizationId, string subject, string error, int attempts, CancellationToken cancellationToken) => failedJobs.AddAsync(
        OrganizationDue.ItemsQueue, subject, JsonSerializer.Serialize(new OrganizationDue(organizationId, subject)), error, attempts, cancellationToken);

    /// <summary>Removes a failed job, because what it was about has been done otherwise.</summary>
    internal Task RemoveAsync(string subject, CancellationToken cancellationToken) => failedJobs.RemoveOfAsync(OrganizationDue.ItemsQueue, subject, cancellationToken);
}
