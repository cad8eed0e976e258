using BillingFunctions.Connectors.Outbox;
using BillingFunctions.Connectors.Sending;
using BillingFunctions.Platform.Storage;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Connectors.Salesforce;

/// <summary>The queue of the Salesforce connector. A message may come any number of times, and late: the outbox says what is left.</summary>
public sealed class SalesforceConnectorFunctions(ConnectorSender sender, ConnectorPoisonMessage giveUp)
{
    private const string Queue = $"connector-{SalesforceRecords.System}";

    [Function("SendToSalesforceFunction")]
    public Task SendAsync([QueueTrigger(Queue, Connection = StorageConnection.Name)] ConnectorDue due, CancellationToken cancellationToken) =>
        sender.RunAsync(SalesforceRecords.System, due, cancellationToken);

    [Function("SalesforcePoisonQueueFunction")]
    public Task GiveUpAsync([QueueTrigger($"{Queue}-poison", Connection = StorageConnection.Name)] string message, CancellationToken cancellationToken) =>
        giveUp.RunAsync(Queue, message, cancellationToken);
}
