using System.Globalization;
using Azure.Core;
using Azure.Storage.Queues.Models;
using BillingFunctions.Local.Storage.Queues;

namespace Azure.Storage.Queues;

/// <content>Putting, receiving and removing messages.</content>
public partial class QueueClient
{
    /// <inheritdoc cref="SendMessageAsync(BinaryData, TimeSpan?, TimeSpan?, CancellationToken)"/>
    public virtual Task<Response<SendReceipt>> SendMessageAsync(string messageText) => SendMessageAsync(messageText, null);

    /// <inheritdoc cref="SendMessageAsync(BinaryData, TimeSpan?, TimeSpan?, CancellationToken)"/>
    public virtual Task<Response<SendReceipt>> SendMessageAsync(string messageText, CancellationToken cancellationToken = default) =>
        SendMessageAsync(messageText, null, null, cancellationToken);

    /// <inheritdoc cref="SendMessageAsync(BinaryData, TimeSpan?, TimeSpan?, CancellationToken)"/>
    public virtual Task<Response<SendReceipt>> SendMessageAsync(
        string messageText,
        TimeSpan? visibilityTimeout = null,
        TimeSpan? timeToLive = null,
        CancellationToken cancellationToken = default) =>
        SendMessageAsync(BinaryData.FromString(messageText ?? string.Empty), visibilityTimeout, timeToLive, cancellationToken);

    /// <summary>Puts a message at the end of the queue.</summary>
    /// <param name="message">At most 64 KiB as it is written, which with base64 are 48 KiB.</param>
    /// <param name="visibilityTimeout">How long nobody can receive it, at most 7 days; at once by default.</param>
    /// <param name="timeToLive">When the service drops it: 7 days by default, never for -1 second.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <exception cref="RequestFailedException">
    /// The message is too large (413, <see cref="QueueErrorCode.RequestBodyTooLarge"/>) or the queue not there (404,
    /// <see cref="QueueErrorCode.QueueNotFound"/>).
    /// </exception>
    public virtual async Task<Response<SendReceipt>> SendMessageAsync(
        BinaryData message,
        TimeSpan? visibilityTimeout = null,
        TimeSpan? timeToLive = null,
        CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(message);
        var request = Message(RequestMethod.Post, "/messages" + Query(Visibility(visibilityTimeout), Seconds("messagettl", timeToLive)));
        SetBody(request, message);
        var response = await SendAsync(request, cancellationToken);
        if (visibilityTimeout is null || visibilityTimeout == TimeSpan.Zero)
        {
            QueueSignal.Raise(_queue.Address);
        }

        return Response.FromValue(MessageXml.Messages(response, sent => new SendReceipt(sent)).Single(), response);
    }

    /// <summary>Receives one message and hides it for 30 seconds.</summary>
    public virtual Task<Response<QueueMessage[]>> ReceiveMessagesAsync() => ReceiveMessagesAsync(null);

    /// <inheritdoc cref="ReceiveMessagesAsync()"/>
    public virtual Task<Response<QueueMessage[]>> ReceiveMessagesAsync(CancellationToken cancellationToken = default) =>
        ReceiveMessagesAsync(null, null, cancellationToken);

    /// <summary>Receives messages and hides them from others.</summary>
    /// <param name="maxMessages">At most this many, 1 to 32; 1 by default.</param>
    /// <param name="visibilityTimeout">For how long they are hidden, 1 second to 7 days; 30 seconds by default.</param>
    /// <param name="cancellationToken">Stops the request; messages may then be hidden without being received.</param>
    /// <returns>The messages; none if none can be received.</returns>
    /// <exception cref="RequestFailedException">The queue is not there (404, <see cref="QueueErrorCode.QueueNotFound"/>).</exception>
    /// <exception cref="FormatException">A message is not encoded as this client expects.</exception>
    public virtual async Task<Response<QueueMessage[]>> ReceiveMessagesAsync(
        int? maxMessages = null,
        TimeSpan? visibilityTimeout = null,
        CancellationToken cancellationToken = default)
    {
        var query = Query(Visibility(visibilityTimeout), Count(maxMessages));
        var response = await SendAsync(Message(RequestMethod.Get, "/messages" + query), cancellationToken);
        return Response.FromValue(MessageXml.Messages(response, message => new QueueMessage(message, _queue.Encoding)), response);
    }

    /// <summary>As <see cref="ReceiveMessagesAsync(int?, TimeSpan?, CancellationToken)"/>, one message.</summary>
    /// <returns>The message; a null value if none can be received.</returns>
    public virtual async Task<Response<QueueMessage?>> ReceiveMessageAsync(
        TimeSpan? visibilityTimeout = null,
        CancellationToken cancellationToken = default)
    {
        var response = await ReceiveMessagesAsync(1, visibilityTimeout, cancellationToken);
        return Response.FromValue(response.Value.FirstOrDefault(), response.GetRawResponse());
    }

    /// <summary>Looks at the messages that can be received and leaves them.</summary>
    /// <param name="maxMessages">At most this many, 1 to 32; 1 by default.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    public virtual async Task<Response<PeekedMessage[]>> PeekMessagesAsync(
        int? maxMessages = null,
        CancellationToken cancellationToken = default)
    {
        var query = Query("peekonly=true", Count(maxMessages));
        var response = await SendAsync(Message(RequestMethod.Get, "/messages" + query), cancellationToken);
        return Response.FromValue(MessageXml.Messages(response, message => new PeekedMessage(message, _queue.Encoding)), response);
    }

    /// <inheritdoc cref="UpdateMessageAsync(string, string, BinaryData?, TimeSpan, CancellationToken)"/>
    public virtual Task<Response<UpdateReceipt>> UpdateMessageAsync(
        string messageId,
        string popReceipt,
        string? messageText = null,
        TimeSpan visibilityTimeout = default,
        CancellationToken cancellationToken = default) =>
        UpdateMessageAsync(
            messageId, popReceipt, messageText is null ? null : BinaryData.FromString(messageText), visibilityTimeout, cancellationToken);

    /// <summary>Hides a message for another while, and replaces its body if there is a new one.</summary>
    /// <param name="messageId">The message's id.</param>
    /// <param name="popReceipt">From receiving it, or from the last update.</param>
    /// <param name="message">The new body; null to keep the one it has.</param>
    /// <param name="visibilityTimeout">From now on, at most 7 days; by default it can be received at once.</param>
    /// <param name="cancellationToken">Stops the request.</param>
    /// <returns>The message's new receipt.</returns>
    /// <exception cref="RequestFailedException">
    /// Somebody else has received it since (400, <see cref="QueueErrorCode.PopReceiptMismatch"/>) or removed it (404,
    /// <see cref="QueueErrorCode.MessageNotFound"/>).
    /// </exception>
    public virtual async Task<Response<UpdateReceipt>> UpdateMessageAsync(
        string messageId,
        string popReceipt,
        BinaryData? message,
        TimeSpan visibilityTimeout = default,
        CancellationToken cancellationToken = default)
    {
        var request = Message(RequestMethod.Put, Path(messageId) + Query(Receipt(popReceipt), Visibility(visibilityTimeout)));
        if (message is not null)
        {
            SetBody(request, message);
        }

        var response = await SendAsync(request, cancellationToken);
        return Response.FromValue(new UpdateReceipt(response), response);
    }

    /// <summary>Removes a message.</summary>
    /// <inheritdoc cref="UpdateMessageAsync(string, string, BinaryData?, TimeSpan, CancellationToken)"/>
    public virtual Task<Response> DeleteMessageAsync(string messageId, string popReceipt, CancellationToken cancellationToken = default) =>
        SendAsync(Message(RequestMethod.Delete, Path(messageId) + Query(Receipt(popReceipt))), cancellationToken);

    private void SetBody(HttpMessage message, BinaryData body)
    {
        message.Request.Headers.Add("Content-Type", "application/xml");
        message.Request.Content = MessageXml.Content(MessageBody.Encode(body, _queue.Encoding));
    }

    private static string Path(string messageId) => $"/messages/{Uri.EscapeDataString(messageId)}";

    private static string Receipt(string popReceipt) => $"popreceipt={Uri.EscapeDataString(popReceipt)}";

    private static string? Count(int? messages) =>
        messages is null ? null : string.Create(CultureInfo.InvariantCulture, $"numofmessages={messages}");

    private static string? Visibility(TimeSpan? timeout) => Seconds("visibilitytimeout", timeout);

    private static string? Seconds(string name, TimeSpan? time) =>
        time is { } value ? string.Create(CultureInfo.InvariantCulture, $"{name}={(long)value.TotalSeconds}") : null;

    private static string Query(params IEnumerable<string?> parts)
    {
        var given = string.Join('&', parts.Where(part => part is not null));
        return given.Length == 0 ? string.Empty : "?" + given;
    }
}
