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
}
