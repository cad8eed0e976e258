using System.Diagnostics;
using BillingFunctions.LocalHost.Services;

namespace BillingFunctions.LocalHost.Rpc;

/// <summary>The app's worker: a process that is started again when it dies.</summary>
internal sealed partial class Worker(string assembly, RpcServer server, ILoggerFactory loggers) : IAsyncDisposable
{
    /// <summary>How often in a row a worker may end before it is ready.</summary>
    private const int Tries = 3;

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(10);

    private readonly ILogger _logger = loggers.CreateLogger<Worker>();
    private readonly CancellationTokenSource _stopping = new();
    private TaskCompletionSource<WorkerChannel> _ready = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private Process? _process;
    private Task _watch = Task.CompletedTask;

    /// <summary>What the app's worker offers, the same after each start.</summary>
    public IReadOnlyList<RpcFunctionMetadata> Functions { get; private set; } = [];

    /// <summary>Runs when the worker does not come up again.</summary>
    public Action? GaveUp { get; set; }

    /// <exception cref="StartupException">The worker does not start; it has said why.</exception>
    public async Task StartAsync()
    {
        _ready.SetResult(await LaunchAsync());
        _watch = WatchAsync();
    }

    /// <summary>The channel to the worker that runs, or to the next one that does.</summary>
    public Task<WorkerChannel> ReadyAsync(CancellationToken cancellationToken) => _ready.Task.WaitAsync(cancellationToken);

    /// <summary>Ends the process if a function of it goes on although it was told to stop; another process is started.</summary>
    public async Task RecycleAsync()
    {
        var process = _process;
        if (_ready.Task.IsCompletedSuccessfully && (await _ready.Task).HasStuckFunctions)
        {
            process?.Kill();
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        if (_process is { HasExited: false } process)
        {
            if (_ready.Task.IsCompletedSuccessfully)
            {
                (await _ready.Task).Terminate(StopTimeout);
            }

            await Task.WhenAny(process.WaitForExitAsync(), Task.Delay(StopTimeout, TimeProvider.System));
            process.Kill();
        }

        await _watch;
        _stopping.Dispose();
    }

    private async Task WatchAsync()
    {
        while (true)
        {
            await _process!.WaitForExitAsync();
            (await _ready.Task).End();
            if (_stopping.IsCancellationRequested)
            {
                return;
            }

            LogEnded(_logger, _process.ExitCode);
            _ready = new TaskCompletionSource<WorkerChannel>(TaskCreationOptions.RunContinuationsAsynchronously);
            if (!await RestartAsync())
            {
                return;
            }
        }
    }

    private async Task<bool> RestartAsync()
    {
        for (var attempt = 1; !_stopping.IsCancellationRequested; attempt++)
        {
            try
            {
                _ready.SetResult(await LaunchAsync());
                return true;
            }
            catch (StartupException failure) when (attempt < Tries)
            {
                LogNotStarted(_logger, failure.Message);
            }
            catch (StartupException failure)
            {
                LogNotStarted(_logger, failure.Message);
                _ready.SetException(failure);
                GaveUp?.Invoke();
                return false;
            }
        }

        _ready.TrySetCanceled();
        return false;
    }

    private async Task<WorkerChannel> LaunchAsync()
    {
        var channel = new WorkerChannel(loggers);
        server.Expect(channel);
        var process = _process = WorkerProcess.Start(assembly, server.Address, channel.WorkerId);
        using var timeout = new CancellationTokenSource(StartTimeout, TimeProvider.System);
        _ = process.WaitForExitAsync().ContinueWith(_ => channel.End(), TaskScheduler.Default);
        try
        {
            Functions = await channel.InitializeAsync(Path.GetDirectoryName(assembly)!, timeout.Token);
            return channel;
        }
        catch (WorkerProcessExitException)
        {
            await process.WaitForExitAsync();
            throw new StartupException($"The app ended at its start with exit code {process.ExitCode}.");
        }
        catch (Exception exception) when (exception is OperationCanceledException or WorkerException)
        {
            process.Kill();
            throw new StartupException($"The app does not start: {exception.Message}", exception);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The worker process ended with exit code {ExitCode}; another one is started.")]
    private static partial void LogEnded(ILogger logger, int exitCode);

    [LoggerMessage(Level = LogLevel.Error, Message = "The worker process could not be started again. {Reason}")]
    private static partial void LogNotStarted(ILogger logger, string reason);
}
