using Azure.Data.Tables;
using BillingFunctions.Local.DurableTask.Client;
using BillingFunctions.Local.DurableTask.Engine;
using BillingFunctions.Local.DurableTask.Store;
using Microsoft.DurableTask.Client;
using Microsoft.Extensions.Logging;

namespace BillingFunctions.Local.DurableTask;

/// <summary>
/// The durable engine of the local edition. It owns a hub of one storage account for as long as it runs; while another
/// process does, it waits, and so do the calls of its client.
/// </summary>
internal sealed partial class DurableEngine : IAsyncDisposable
{
    private readonly IHubStore _store;
    private readonly IDurableFunctions _functions;
    private readonly DurableOptions _options;
    private readonly TimeProvider _time;
    private readonly ILoggerFactory _loggerFactory;
    private readonly ILogger _logger;
    private readonly CancellationTokenSource _stopping = new();
    private readonly TaskCompletionSource _settled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile TaskCompletionSource<Hub> _hub = NewSource();
    private Task _terms = Task.CompletedTask;
    private bool _isDisposed;

    /// <param name="tables">The storage account.</param>
    /// <param name="functions">The functions to run.</param>
    /// <param name="options">From host.json.</param>
    /// <param name="time">The clock of durable time.</param>
    /// <param name="loggerFactory">For the engine and for orchestrators' replay-safe loggers.</param>
    public DurableEngine(
        TableServiceClient tables, IDurableFunctions functions, DurableOptions options, TimeProvider time, ILoggerFactory loggerFactory)
        : this(new TableHubStore(tables, options.HubName), functions, options, time, loggerFactory)
    {
    }

    public DurableEngine(
        IHubStore store, IDurableFunctions functions, DurableOptions options, TimeProvider time, ILoggerFactory loggerFactory)
    {
        _store = store;
        _functions = functions;
        _options = options;
        _time = time;
        _loggerFactory = loggerFactory;
        _logger = loggerFactory.CreateLogger<DurableEngine>();
        Client = new HubClient(this, store, functions, time, options.RealTime);
    }

    /// <summary>The client that functions are given. It may be used before the start; its calls then wait.</summary>
    public DurableTaskClient Client { get; }

    /// <summary>The name of the hub.</summary>
    public string HubName => _options.HubName;

    /// <summary>Ends when the hub is owned and all its unfinished instances carry on, or when another process owns it.</summary>
    /// <exception cref="Azure.RequestFailedException">The storage does not answer as it should.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        await _store.PrepareAsync(cancellationToken);
        _terms = Detached.Run(() => ServeTermsAsync(_stopping.Token));
        await _settled.Task.WaitAsync(cancellationToken);
    }

    /// <summary>Lets running activities end, commits them and gives the hub up. Unfinished instances carry on at the next start.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await _stopping.CancelAsync();
        await _terms.WaitAsync(cancellationToken);
        _hub.TrySetCanceled(CancellationToken.None);
    }

    public async ValueTask DisposeAsync()
    {
        if (!_isDisposed)
        {
            _isDisposed = true;
            await StopAsync(CancellationToken.None);
            _stopping.Dispose();
        }
    }

    /// <summary>The hub, as soon as this process owns it.</summary>
    internal Task<Hub> HubAsync(CancellationToken cancellationToken) => _hub.Task.WaitAsync(cancellationToken);

    private static TaskCompletionSource<Hub> NewSource() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private async Task ServeTermsAsync(CancellationToken stopping)
    {
        try
        {
            while (!stopping.IsCancellationRequested)
            {
                var lease = new OwnerLease(_store, _options, _logger);
                await TakeAsync(lease, stopping);
                await ServeTermAsync(lease, stopping);
            }
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            _settled.TrySetCanceled(stopping);
        }
        catch (Exception exception)
        {
            // Whoever started the engine gets to see why it did not start.
            Log.Stopped(_logger, exception);
            _settled.TrySetException(exception);
            _hub.TrySetException(exception);
        }
    }

    private async Task TakeAsync(OwnerLease lease, CancellationToken stopping)
    {
        // At the start an unreachable storage is the caller's to report; later on it is waited for.
        if (_settled.Task.IsCompleted || !await lease.TryTakeAsync(stopping))
        {
            Log.Waiting(_logger, _options.HubName);
            _settled.TrySetResult();
            await lease.TakeAsync(stopping);
        }
    }

    private async Task ServeTermAsync(OwnerLease lease, CancellationToken stopping)
    {
        using var keeping = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        using var hub = new Hub(_store, _functions, _options, _time, _loggerFactory);
        try
        {
            await hub.LoadAsync(stopping);
            _hub.TrySetResult(hub);
            _settled.TrySetResult();
            await await Task.WhenAny(lease.KeepAsync(keeping.Token), hub.Lost);
        }
        catch (HubLostException lost)
        {
            Log.Lost(_logger, _options.HubName, lost);
            _hub = NewSource();
            await keeping.CancelAsync();
            await hub.EndAsync();
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            _hub = NewSource();
            await hub.DrainAsync();
            await lease.ReleaseAsync(CancellationToken.None);
        }
    }

    private static partial class Log
    {
        [LoggerMessage(EventId = 1, Level = LogLevel.Warning, Message = "Another process owns the durable hub {Hub}; waiting for it to end.")]
        public static partial void Waiting(ILogger logger, string hub);

        [LoggerMessage(EventId = 2, Level = LogLevel.Error, Message = "This process has lost the durable hub {Hub}.")]
        public static partial void Lost(ILogger logger, string hub, Exception exception);

        [LoggerMessage(EventId = 3, Level = LogLevel.Critical, Message = "The durable engine has stopped.")]
        public static partial void Stopped(ILogger logger, Exception exception);
    }
}
