using System.Collections.Concurrent;
using Grpc.Core;
using Grpc.Core.Interceptors;
using Microsoft.DurableTask.Protobuf;

namespace BillingFunctions.Tests.Platform.Durable;

/// <summary>Stands between a worker and the engine, and keeps what orchestrators are asked and what they decide.</summary>
internal sealed class HistoryRecorder : Interceptor
{
    private readonly ConcurrentQueue<OrchestratorRequest> _requests = [];
    private readonly ConcurrentQueue<OrchestratorResponse> _responses = [];

    /// <summary>The histories of the generations of an instance, in order. After each answer of an orchestrator there is one answer here.</summary>
    /// <param name="id">The instance.</param>
    public IReadOnlyList<RecordedHistory> HistoriesOf(string id)
    {
        var histories = new List<RecordedHistory>();
        foreach (var (request, response) in _requests.Where(request => request.InstanceId == id).Zip(_responses.Where(response => response.InstanceId == id)))
        {
            if (request.PastEvents.Count == 0)
            {
                histories.Add(new RecordedHistory());
            }

            histories[^1].Add(request, response);
        }

        return histories;
    }

    public override AsyncServerStreamingCall<TResponse> AsyncServerStreamingCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncServerStreamingCallContinuation<TRequest, TResponse> continuation)
    {
        var call = continuation(request, context);
        return new AsyncServerStreamingCall<TResponse>(new Watched<TResponse>(call.ResponseStream, Keep), call.ResponseHeadersAsync, call.GetStatus, call.GetTrailers, call.Dispose);
    }

    public override AsyncUnaryCall<TResponse> AsyncUnaryCall<TRequest, TResponse>(
        TRequest request, ClientInterceptorContext<TRequest, TResponse> context, AsyncUnaryCallContinuation<TRequest, TResponse> continuation)
    {
        if (request is OrchestratorResponse decided)
        {
            _responses.Enqueue(decided);
        }

        return continuation(request, context);
    }

    private void Keep(object? item)
    {
        if (item is WorkItem { OrchestratorRequest: { } request })
        {
            _requests.Enqueue(request);
        }
    }

    private sealed class Watched<T>(IAsyncStreamReader<T> inner, Action<object?> keep) : IAsyncStreamReader<T>
    {
        public T Current => inner.Current;

        public async Task<bool> MoveNext(CancellationToken cancellationToken)
        {
            var isThere = await inner.MoveNext(cancellationToken);
            if (isThere)
            {
                keep(inner.Current);
            }

            return isThere;
        }
    }
}
