using Azure.Core;
using Azure.Storage.Queues.Models;
using BillingFunctions.Local.Storage.Blobs;
using BillingFunctions.Local.Storage.Queues;

namespace Azure.Storage.Queues;

/// <summary>One queue. Safe to share between threads.</summary>
public partial class QueueClient
{
    private readonly QueueAddress _queue = null!;

    /// <param name="connectionString">A storage connection string; <c>UseDevelopmentStorage=true</c> for the emulator.</param>
    /// <param name="queueName">The queue, which need not exist yet.</param>
    public QueueClient(string connectionString, string queueName)
        : this(connectionString, queueName, null)
    {
    }

    /// <inheritdoc cref="QueueClient(string, string)"/>
    public QueueClient(string connectionString, string queueName, QueueClientOptions? options)
        : this(QueueAddress.Parse(connectionString, queueName, options))
    {
    }

    /// <param name="queueUri">Such as <c>https://account.queue.core.windows.net/mails</c>.</param>
    /// <param name="credential">The account's key.</param>
    /// <param name="options">Retries, the encoding of messages and the like.</param>
    public QueueClient(Uri queueUri, StorageSharedKeyCredential credential, QueueClientOptions? options = null)
        : this(QueueAddress.Of(QueueConnection.From(credential, options), queueUri))
    {
    }

    /// <param name="queueUri">Such as <c>https://account.queue.core.windows.net/mails</c>; it must be https.</param>
    /// <param name="credential">Whose token to send.</param>
    /// <param name="options">Retries, the encoding of messages and the like.</param>
    public QueueClient(Uri queueUri, TokenCredential credential, QueueClientOptions? options = null)
        : this(QueueAddress.Of(QueueConnection.From(queueUri, credential, options), queueUri))
    {
    }

    /// <summary>For a stand-in in tests.</summary>
    protected QueueClient()
    {
    }

    internal QueueClient(QueueAddress queue)
    {
        _queue = queue;
    }

    /// <summary>The account's name.</summary>
    public virtual string AccountName => _queue.Connection.AccountName;

    /// <summary>The queue's name.</summary>
    public virtual string Name => _queue.Name;

    /// <summary>Where the queue is.</summary>
    public virtual Uri Uri => new(_queue.Address);

    /// <summary>The most bytes a message may have, as it is written in the request: 64 KiB.</summary>
    public virtual int MessageMaxBytes => 64 * 1024;

    /// <summary>Creates the queue unless it is there.</summary>
    /// <param name="metadata">What to keep beside it.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <returns>The answer; null if the queue was there.</returns>
    /// <exception cref="RequestFailedException">The service refused, as while the queue is still being deleted.</exception>
    public virtual async Task<Response?> CreateIfNotExistsAsync(
        IDictionary<string, string>? metadata = null,
        CancellationToken cancellationToken = default)
    {
        var message = Message(RequestMethod.Put);
        message.Request.Add(metadata);
        try
        {
            // 204 says that it was there with the same metadata.
            var response = await SendAsync(message, cancellationToken);
            return response.Status == 204 ? null : response;
        }
        catch (RequestFailedException exception) when (exception.ErrorCode == QueueErrorCode.QueueAlreadyExists)
        {
            return null;
        }
    }

    /// <summary>Deletes the queue with its messages.</summary>
    /// <returns>False if it was not there.</returns>
    public virtual Task<Response<bool>> DeleteIfExistsAsync(CancellationToken cancellationToken = default) =>
        UnlessMissingAsync(Message(RequestMethod.Delete), cancellationToken);

    /// <summary>Whether the queue is there.</summary>
    public virtual Task<Response<bool>> ExistsAsync(CancellationToken cancellationToken = default) =>
        UnlessMissingAsync(Message(RequestMethod.Get, "?comp=metadata"), cancellationToken);

    /// <summary>How many messages there are, and what is kept beside the queue.</summary>
    /// <exception cref="RequestFailedException">The queue is not there (404, <see cref="QueueErrorCode.QueueNotFound"/>).</exception>
    public virtual async Task<Response<QueueProperties>> GetPropertiesAsync(CancellationToken cancellationToken = default)
    {
        var response = await SendAsync(Message(RequestMethod.Get, "?comp=metadata"), cancellationToken);
        return Response.FromValue(new QueueProperties(response), response);
    }

    /// <summary>Deletes all messages, hidden ones too.</summary>
    /// <exception cref="RequestFailedException">The queue is not there, or there are too many messages for one request (500).</exception>
    public virtual Task<Response> ClearMessagesAsync(CancellationToken cancellationToken = default) =>
        SendAsync(Message(RequestMethod.Delete, "/messages"), cancellationToken);

    private async Task<Response<bool>> UnlessMissingAsync(HttpMessage message, CancellationToken cancellationToken)
    {
        try
        {
            return Response.FromValue(true, await SendAsync(message, cancellationToken));
        }
        catch (RequestFailedException exception)
            when (exception.ErrorCode == QueueErrorCode.QueueNotFound && exception.GetRawResponse() is { } response)
        {
            return Response.FromValue(false, response);
        }
    }

    private HttpMessage Message(RequestMethod method, string rest = "") => _queue.Connection.Message(method, _queue.Address + rest);

    private Task<Response> SendAsync(HttpMessage message, CancellationToken cancellationToken) =>
        _queue.Connection.SendAsync(message, cancellationToken);
}
