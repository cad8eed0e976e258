using Azure.Storage.Queues;

namespace BillingFunctions.Local.Storage.Queues;

/// <summary>A queue: how to reach it, what it is called and how its messages are written.</summary>
internal sealed record QueueAddress(QueueConnection Connection, string Address, string Name, QueueMessageEncoding Encoding)
{
    /// <summary>A queue at its own address.</summary>
    public static QueueAddress Of(QueueConnection connection, Uri address) =>
        new(connection, address.AbsoluteUri.TrimEnd('/'), StorageAddress.ResourceOf(address).FirstOrDefault(string.Empty), connection.Encoding);

    /// <summary>A queue of a service.</summary>
    public static QueueAddress Of(QueueConnection connection, Uri service, string name)
    {
        ArgumentException.ThrowIfNullOrEmpty(name, "queueName");
        return new QueueAddress(connection, $"{service.AbsoluteUri.TrimEnd('/')}/{Uri.EscapeDataString(name)}", name, connection.Encoding);
    }

    public static QueueAddress Parse(string connectionString, string name, QueueClientOptions? options)
    {
        var parsed = StorageConnectionString.Parse(connectionString);
        return Of(QueueConnection.From(parsed, options), parsed.QueueEndpoint, name);
    }
}
