using System.Collections.Concurrent;
using System.Threading.Channels;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;

namespace BillingFunctions.LocalHost.Rpc;

/// <summary>The stream to one worker process: one writer, one reader, answers matched by request or invocation id.</summary>
internal sealed class WorkerChannel(ILoggerFactory loggers)
{
    private const string HostVersion = "4.1044.0";

    private readonly Channel<StreamingMessage> _outgoing = Channel.CreateUnbounded<StreamingMessage>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ConcurrentDictionary<string, TaskCompletionSource<StreamingMessage>> _requests = new();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<InvocationResponse>> _invocations = new();
    private readonly ConcurrentDictionary<string, bool> _cancelled = new();
    private readonly WorkerLog _log = new(loggers);
    private readonly TaskCompletionSource _connected = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _ended;

    public string WorkerId { get; } = Guid.NewGuid().ToString();

    /// <summary>Where the worker takes HTTP itself (ASP.NET Core integration).</summary>
    public string HttpUri { get; private set; } = "";

    /// <summary>Whether a function goes on although it was told to stop.</summary>
    public bool HasStuckFunctions => !_cancelled.IsEmpty;

    /// <summary>Does what the real host does after StartStream: init, metadata, load.</summary>
    /// <returns>The worker's functions.</returns>
    /// <exception cref="WorkerProcessExitException">The worker ended before it was ready.</exception>
    /// <exception cref="WorkerException">The worker refused a step.</exception>
    public async Task<IReadOnlyList<RpcFunctionMetadata>> InitializeAsync(string directory, CancellationToken cancellationToken)
    {
        await _connected.Task.WaitAsync(cancellationToken);
        var init = (await AskAsync(Init(directory), cancellationToken)).WorkerInitResponse;
        Check(init.Result);
        HttpUri = init.Capabilities.GetValueOrDefault("HttpUri", "");

        var metadata = new StreamingMessage { FunctionsMetadataRequest = new FunctionsMetadataRequest { FunctionAppDirectory = directory } };
        var found = (await AskAsync(metadata, cancellationToken)).FunctionMetadataResponse;
        Check(found.Result);

        var loads = found.FunctionMetadataResults.Select(function => AskAsync(Load(function), cancellationToken));
        foreach (var load in await Task.WhenAll(loads))
        {
            Check(load.FunctionLoadResponse.Result);
        }

        return found.FunctionMetadataResults;
    }

    /// <summary>Runs a function.</summary>
    /// <exception cref="WorkerException">The function failed.</exception>
    /// <exception cref="WorkerProcessExitException">The worker ended before it answered.</exception>
    public async Task<TypedData?> InvokeAsync(InvocationRequest request, CancellationToken cancellationToken)
    {
        var invocation = _invocations[request.InvocationId] = new TaskCompletionSource<InvocationResponse>(TaskCreationOptions.RunContinuationsAsynchronously);
        Send(new StreamingMessage { RequestId = Guid.NewGuid().ToString(), InvocationRequest = request });
        InvocationResponse response;
        await using (cancellationToken.Register(() => Cancel(request.InvocationId)))
        {
            response = await invocation.Task;
        }

        _cancelled.TryRemove(request.InvocationId, out _);
        if (response.Result.Status == StatusResult.Types.Status.Cancelled)
        {
            throw new OperationCanceledException(cancellationToken);
        }

        Check(response.Result);
        return response.ReturnValue;
    }

    /// <summary>Asks the worker to stop.</summary>
    public void Terminate(TimeSpan grace) =>
        Send(new StreamingMessage { WorkerTerminate = new WorkerTerminate { GracePeriod = Duration.FromTimeSpan(grace) } });

    /// <summary>Fails all that waits for an answer: there will be none.</summary>
    public void End()
    {
        _ended = true;
        _connected.TrySetException(new WorkerProcessExitException());
        foreach (var request in _requests.Values)
        {
            request.TrySetException(new WorkerProcessExitException());
        }

        foreach (var invocation in _invocations.Values)
        {
            invocation.TrySetException(new WorkerProcessExitException());
        }
    }

    /// <summary>Serves the stream until either side ends it.</summary>
    public async Task ServeAsync(
        IAsyncStreamReader<StreamingMessage> incoming, IServerStreamWriter<StreamingMessage> outgoing, CancellationToken cancellationToken)
    {
        var writing = WriteAsync(outgoing, cancellationToken);
        _connected.TrySetResult();
        try
        {
            while (await incoming.MoveNext(cancellationToken))
            {
                Take(incoming.Current);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            // The worker is gone, which its process tells.
        }
        finally
        {
            End();
            _outgoing.Writer.TryComplete();
        }

        await writing;
    }

    private void Cancel(string invocationId)
    {
        _cancelled[invocationId] = true;
        Send(new StreamingMessage { InvocationCancel = new InvocationCancel { InvocationId = invocationId } });
    }

    private async Task WriteAsync(IServerStreamWriter<StreamingMessage> outgoing, CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var message in _outgoing.Reader.ReadAllAsync(cancellationToken))
            {
                await outgoing.WriteAsync(message, cancellationToken);
            }
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException or InvalidOperationException)
        {
            End();
        }
    }

    private async Task<StreamingMessage> AskAsync(StreamingMessage message, CancellationToken cancellationToken)
    {
        message.RequestId = Guid.NewGuid().ToString();
        var answer = _requests[message.RequestId] = new TaskCompletionSource<StreamingMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        Send(message);
        return await answer.Task.WaitAsync(cancellationToken);
    }

    private void Send(StreamingMessage message)
    {
        // Whoever was added after the end would wait for ever.
        if (!_outgoing.Writer.TryWrite(message) || _ended)
        {
            End();
        }
    }

    private void Take(StreamingMessage message)
    {
        switch (message.ContentCase)
        {
            case StreamingMessage.ContentOneofCase.InvocationResponse:
                if (_invocations.TryRemove(message.InvocationResponse.InvocationId, out var invocation))
                {
                    invocation.TrySetResult(message.InvocationResponse);
                }

                break;
            case StreamingMessage.ContentOneofCase.RpcLog:
                _log.Write(message.RpcLog);
                break;
            default:
                if (_requests.TryRemove(message.RequestId, out var request))
                {
                    request.TrySetResult(message);
                }

                break;
        }
    }

    private static StreamingMessage Init(string directory) => new()
    {
        WorkerInitRequest = new WorkerInitRequest
        {
            HostVersion = HostVersion,
            WorkerDirectory = directory,
            FunctionAppDirectory = directory,
            Capabilities = { ["V2Compatable"] = bool.TrueString, ["FunctionDataCache"] = bool.FalseString, ["MultiStream"] = bool.FalseString },
        },
    };

    private static StreamingMessage Load(RpcFunctionMetadata function) => new()
    {
        FunctionLoadRequest = new FunctionLoadRequest { FunctionId = function.FunctionId, Metadata = function },
    };

    private static void Check(StatusResult? result)
    {
        if (result is { Status: not StatusResult.Types.Status.Success })
        {
            throw new WorkerException(result);
        }
    }
}
