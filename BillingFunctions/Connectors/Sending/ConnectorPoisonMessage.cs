using System.Text.Json;
using BillingFunctions.Connectors.Outbox;
using BillingFunctions.Platform.FailedJobs;
using BillingFunctions.Platform.Storage;
using BillingFunctions.Platform.Telemetry;

namespace BillingFunctions.Connectors.Sending;

/// <summary>
/// Takes a message that could not be dealt with, because storage failed or each process was killed, into the failed jobs. The outbox still has what it was about, and the
/// sweeper queues that again. May run twice: a failed job is there once for a subject.
/// </summary>
public sealed class ConnectorPoisonMessage(FailedJobStore failedJobs, PoisonMessages messages)
{
    internal async Task RunAsync(string queue, string message, CancellationToken cancellationToken)
    {
        if (await messages.ReadAsync<ConnectorDue>(queue, message, due => due.Subject is null || TableKey.IsValid(due.Subject), cancellationToken) is { Subject: { } subject })
        {
            Edge.About("customer_id", subject);
            var payload = JsonSerializer.Serialize(new ConnectorDue(subject, Retry: true));
            await failedJobs.AddAsync(queue, subject, payload, "The message was delivered several times, and each time the function failed or was killed.", PoisonMessages.Deliveries, cancellationToken);
        }
    }
}
