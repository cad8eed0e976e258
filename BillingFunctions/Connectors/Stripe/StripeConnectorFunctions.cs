using BillingFunctions.Connectors.Outbox;
using BillingFunctions.Connectors.Sending;
using BillingFunctions.Platform.Storage;
using Microsoft.Azure.Functions.Worker;

namespace BillingFunctions.Connectors.Stripe;

/// <summary>The queue of the Stripe connector. A message may come any number of times, and late: the outbox says what is left.</summary>
public sealed class StripeConnectorFunctions(ConnectorSender sender, ConnectorPoisonMessage giveUp)
{
    private const string Name = "stripe";
    private const string Queue = $"connector-{Name}";

    [Function("SendToStripeFunction")]
    public Task SendAsync([QueueTrigger(Queue, Connection = StorageConnection.Name)] ConnectorDue due, CancellationToken cancellationToken) => sender.RunAsync(Name, due, cancellationToken);

    [Function("StripePoisonQueueFunction")]
    public Task GiveUpAsync([QueueTrigger($"{Queue}-poison", Connection = StorageConnection.Name)] string message, CancellationToken cancellationToken) =>
        giveUp.RunAsync(Queue, message, cancellationToken);
}
