using Azure.Core;
using BillingFunctions.Local.Storage;
using BillingFunctions.Local.Storage.Queues;

namespace Azure.Storage.Queues;

/// <summary>The queue service of one account. Safe to share between threads; make one and keep it.</summary>
public class QueueServiceClient
{
    private readonly QueueConnection _connection = null!;

    /// <param name="connectionString">A storage connection string; <c>UseDevelopmentStorage=true</c> for the emulator.</param>
    public QueueServiceClient(string connectionString)
        : this(connectionString, null)
    {
    }

    /// <inheritdoc cref="QueueServiceClient(string)"/>
    public QueueServiceClient(string connectionString, QueueClientOptions? options)
    {
        var parsed = StorageConnectionString.Parse(connectionString);
        _connection = QueueConnection.From(parsed, options);
        Uri = parsed.QueueEndpoint;
    }

    /// <param name="serviceUri">Such as <c>https://account.queue.core.windows.net</c>.</param>
    /// <param name="credential">The account's key.</param>
    /// <param name="options">Retries, the encoding of messages and the like.</param>
    public QueueServiceClient(Uri serviceUri, StorageSharedKeyCredential credential, QueueClientOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(serviceUri);
        _connection = QueueConnection.From(credential, options);
        Uri = serviceUri;
    }

    /// <param name="serviceUri">Such as <c>https://account.queue.core.windows.net</c>; it must be https.</param>
    /// <param name="credential">Whose token to send.</param>
    /// <param name="options">Retries, the encoding of messages and the like.</param>
    public QueueServiceClient(Uri serviceUri, TokenCredential credential, QueueClientOptions? options = null)
    {
        _connection = QueueConnection.From(serviceUri, credential, options);
        Uri = serviceUri;
    }

    /// <summary>For a stand-in in tests.</summary>
    protected QueueServiceClient()
    {
    }

    /// <summary>The account's name.</summary>
    public virtual string AccountName => _connection.AccountName;

    /// <summary>Where the service is.</summary>
    public virtual Uri Uri { get; } = null!;

    /// <summary>A client of one queue, which need not exist yet; it shares this client's connections and encoding.</summary>
    public virtual QueueClient GetQueueClient(string queueName) => new(QueueAddress.Of(_connection, Uri, queueName));

    /// <summary>As <see cref="GetQueueClient(string)"/>, with another encoding.</summary>
    internal QueueClient GetQueueClient(string queueName, QueueMessageEncoding encoding) =>
        new(QueueAddress.Of(_connection, Uri, queueName) with { Encoding = encoding });
}
