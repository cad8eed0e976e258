using System.Diagnostics.CodeAnalysis;
using Azure.Storage.Queues.Models;
using BillingFunctions.Local.Storage.Queues;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Local.Functions.Queues;

/// <summary>Sees a message through: runs the function, then removes the message, gives it back or puts it aside.</summary>
internal sealed partial class QueueMessageHandler(
    QueueFunction function,
    QueueInvoker invoker,
    QueueOptions options,
    TimeProvider time,
    ILogger<QueueMessageHandler> logger)
{
    private string Name => function.Function.Name;

    /// <summary>Never throws: a message that nothing could be done about comes again when it is no longer hidden.</summary>
    public Task HandleAsync(QueueMessage message) => GuardAsync(message, () => DealWithAsync(message));

    /// <summary>Lets others have a message that was received when it was too late to begin. Never throws either.</summary>
    public Task ReturnAsync(QueueMessage message) => GuardAsync(message, () => GiveBackAsync(message, TimeSpan.Zero));

    private async Task GuardAsync(QueueMessage message, Func<Task> act)
    {
        // The pump goes on with the next message at once.
        await Task.Yield();
        try
        {
            await act();
        }
        catch (Exception exception)
        {
            Log.Lost(logger, message.MessageId, Name, exception);
        }
    }

    private async Task DealWithAsync(QueueMessage message)
    {
        if (!TryDecode(message, out var body))
        {
            Log.Undecodable(logger, message.MessageId, Name);
            await PutAsideAsync(message, message.Body);
        }
        else if (message.DequeueCount > options.MaxDequeueCount && function.Poison is not null)
        {
            // Whoever had it for its last try did not live to tell.
            await PutAsideAsync(message, body);
        }
        else
        {
            await RunAsync(message, body);
        }
    }

    private async Task RunAsync(QueueMessage message, BinaryData body)
    {
        using var hold = new MessageHold(function.Queue, message, options.Hidden, time, logger);
        var outcome = await invoker.InvokeAsync(function.Function, message, body);
        var held = await hold.EndAsync();
        await (outcome switch
        {
            QueueOutcome.Succeeded => function.Queue.DeleteMessageAsync(held.MessageId, held.PopReceipt),
            QueueOutcome.Interrupted => GiveBackAsync(held, TimeSpan.Zero),

            // It is tried for ever, so not at once: it comes again when it is no longer hidden.
            _ when function.Poison is null => Task.CompletedTask,
            _ when message.DequeueCount >= options.MaxDequeueCount => PutAsideAsync(held, body),
            _ => GiveBackAsync(held, options.VisibilityTimeout),
        });
    }

    private async Task GiveBackAsync(QueueMessage message, TimeSpan hidden) =>
        await function.Queue.UpdateMessageAsync(message.MessageId, message.PopReceipt, visibilityTimeout: hidden);

    /// <summary>Copies before it deletes, so that a crash in between leaves one message too many and not one too few.</summary>
    private async Task PutAsideAsync(QueueMessage message, BinaryData body)
    {
        if (function.Poison is not { } poison)
        {
            return;
        }

        await poison.SendOrCreateAsync(body, CancellationToken.None);
        Log.PutAside(logger, message.MessageId, Name, message.DequeueCount, poison.Name);
        await function.Queue.DeleteMessageAsync(message.MessageId, message.PopReceipt);
    }

    private bool TryDecode(QueueMessage message, [NotNullWhen(true)] out BinaryData? body)
    {
        try
        {
            body = MessageBody.Decode(message.Body.ToString(), options.MessageEncoding);
            return true;
        }
        catch (FormatException)
        {
            body = null;
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Error, Message = "Message {MessageId} of function {Function} could not be removed or given back; it comes again when it is no longer hidden.")]
        public static partial void Lost(ILogger logger, string messageId, string function, Exception exception);

        [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "Message {MessageId} of function {Function} is not encoded as host.json says (extensions.queues.messageEncoding).")]
        public static partial void Undecodable(ILogger logger, string messageId, string function);

        [LoggerMessage(EventId = 3, Level = LogLevel.Error, Message = "Message {MessageId} of function {Function}, received {DequeueCount} times, was moved to {PoisonQueue}.")]
        public static partial void PutAside(ILogger logger, string messageId, string function, long dequeueCount, string poisonQueue);
    }
}
