using Azure.Storage.Queues;
using Azure.Storage.Queues.Models;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Local.Functions.Queues;

/// <summary>Keeps a message hidden from its construction on for as long as its function runs.</summary>
internal sealed partial class MessageHold : IDisposable
{
    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    private readonly QueueClient _queue;
    private readonly TimeSpan _hidden;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _ended = new();
    private readonly Task _renewals;
    private QueueMessage _message;

    public MessageHold(QueueClient queue, QueueMessage message, TimeSpan hidden, TimeProvider time, ILogger logger)
    {
        (_queue, _message, _hidden, _time, _logger) = (queue, message, hidden, time, logger);
        _renewals = RenewAsync();
    }

    /// <summary>Ends the hold.</summary>
    /// <returns>The message with the receipt that counts now.</returns>
    public async Task<QueueMessage> EndAsync()
    {
        await _ended.CancelAsync();
        await _renewals.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return _message;
    }

    public void Dispose() => _ended.Dispose();

    /// <summary>Renews halfway, and after a failure sooner and sooner: there may be time for several more tries.</summary>
    private async Task RenewAsync()
    {
        var halfway = _hidden / 2;
        var soonest = halfway < Minute ? halfway : Minute;
        var pause = halfway;
        while (true)
        {
            await Task.Delay(pause, _time, _ended.Token);
            var sooner = pause / 2;
            pause = await TryRenewAsync() ? halfway : sooner < soonest ? soonest : sooner;
        }
    }

    // The end of the function does not cancel the request: its answer holds the receipt with which the message can be deleted.
    private async Task<bool> TryRenewAsync()
    {
        try
        {
            var updated = await _queue.UpdateMessageAsync(
                _message.MessageId, _message.PopReceipt, visibilityTimeout: _hidden, cancellationToken: CancellationToken.None);
            _message = _message.Update(updated.Value);
            return true;
        }
        catch (Exception exception)
        {
            Log.NotRenewed(_logger, _message.MessageId, _queue.Name, exception);
            return false;
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 4, Level = LogLevel.Warning, Message = "Message {MessageId} of queue {Queue} could not be kept hidden; its function may run a second time.")]
        public static partial void NotRenewed(ILogger logger, string messageId, string queue, Exception exception);
    }
}
