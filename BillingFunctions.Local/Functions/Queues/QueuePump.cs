using Azure;
using Azure.Storage.Queues.Models;
using BillingFunctions.Local.Storage.Queues;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Local.Functions.Queues;

/// <summary>Fetches a function's messages from its construction on, in batches, whenever few enough of them are being worked on.</summary>
internal sealed partial class QueuePump : IDisposable
{
    private readonly QueueFunction _function;
    private readonly QueueMessageHandler _handler;
    private readonly QueueOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping;
    private readonly HashSet<Task> _running = [];
    private readonly PollingDelay _delay;
    private readonly Task _loop;

    public QueuePump(
        QueueFunction function,
        QueueMessageHandler handler,
        QueueOptions options,
        TimeProvider time,
        ILogger<QueuePump> logger,
        CancellationToken stopping)
    {
        _stopping = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        (_function, _handler, _options, _time, _logger) = (function, handler, options, time, logger);
        _delay = new PollingDelay(options.MaxPollingInterval);
        _loop = Task.Run(RunAsync, CancellationToken.None);
    }

    /// <summary>Fetches nothing more and waits for what is being worked on.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _loop.WaitAsync(cancellationToken);
        await Task.WhenAll(_running).WaitAsync(cancellationToken);
    }

    public void Dispose() => _stopping.Dispose();

    private async Task RunAsync()
    {
        using var sent = new QueueSignal(_function.Queue.Uri.AbsoluteUri);
        while (!_stopping.IsCancellationRequested)
        {
            var messages = await FetchAsync();
            Func<QueueMessage, Task> begin = _stopping.IsCancellationRequested ? _handler.ReturnAsync : _handler.HandleAsync;
            _running.UnionWith(messages.Select(begin));
            await (messages.Count > 0 ? FewRunAsync() : sent.WaitAsync(_delay.Next(), _time, _stopping.Token))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <remarks>
    /// A stop does not cancel the request: the service might hide messages that nobody has received. Whatever goes wrong, the next look
    /// may go well.
    /// </remarks>
    private async Task<IReadOnlyList<QueueMessage>> FetchAsync()
    {
        try
        {
            var messages = await _function.Queue.ReceiveMessagesAsync(_options.BatchSize, _options.Hidden, CancellationToken.None);
            if (messages.Value.Length > 0)
            {
                _delay.Reset();
            }

            return messages.Value;
        }
        catch (Exception exception)
        {
            Log.FetchFailed(_logger, _function.Queue.Name, _function.Function.Name, exception);
            await RestoreAsync(exception);
            return [];
        }
    }

    // Somebody has deleted the queue.
    private async Task RestoreAsync(Exception exception)
    {
        if (exception is RequestFailedException missing && missing.ErrorCode == QueueErrorCode.QueueNotFound)
        {
            // If that fails too, the next look says so.
            Task created = _function.Queue.CreateIfNotExistsAsync(cancellationToken: _stopping.Token);
            await created.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task FewRunAsync()
    {
        _running.RemoveWhere(task => task.IsCompleted);
        while (_running.Count > _options.NewBatchThreshold)
        {
            _running.Remove(await Task.WhenAny(_running).WaitAsync(_stopping.Token));
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "The queue {Queue} of function {Function} could not be read.")]
        public static partial void FetchFailed(ILogger logger, string queue, string function, Exception exception);
    }
}
