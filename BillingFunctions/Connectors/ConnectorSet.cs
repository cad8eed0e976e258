using BillingFunctions.Platform.Queues;
using Microsoft.Extensions.Options;

namespace BillingFunctions.Connectors;

/// <summary>The connectors that are on, by their names.</summary>
public sealed class ConnectorSet(IEnumerable<ICustomerConnector> connectors, IOptions<QueueRetries> retries)
{
    /// <summary>All of them, also those that are off.</summary>
    internal IReadOnlyList<ICustomerConnector> All { get; } = [.. connectors.OrderBy(connector => connector.Name, StringComparer.Ordinal)];

    internal IReadOnlyList<ICustomerConnector> Enabled => [.. All.Where(connector => connector.MissingSettings.Count == 0)];

    /// <summary>The connector of that name, be it off; null when there is none.</summary>
    internal ICustomerConnector? Find(string name) => All.FirstOrDefault(connector => connector.Name == name);

    internal RetryPolicy RetriesOf(ICustomerConnector connector) =>
        retries.Value.For(QueueNameOf(connector.Name), connector.DefaultRetries.MaxAttempts, connector.DefaultRetries.Backoff);

    /// <summary>The queue of a connector.</summary>
    internal static string QueueNameOf(string connector) => $"connector-{connector}";
}
