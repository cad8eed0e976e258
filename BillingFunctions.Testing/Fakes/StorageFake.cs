using System.Collections.Concurrent;
using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;
using Azure.Storage.Queues;
using BillingFunctions.Platform.RateLimiting;

namespace BillingFunctions.Testing.Fakes;

/// <summary>Stands between clients and storage: keeps every call, and may spoil it.</summary>
/// <param name="position">Whether a client sees its calls spoiled before it repeats them, or only when it has given up; by default, each repetition counts.</param>
internal sealed class StorageFake(HttpPipelinePosition position = HttpPipelinePosition.PerRetry) : HttpPipelinePolicy
{
    private readonly TaskCompletionSource _frozen = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private ConcurrentQueue<StorageCall> _calls = new();
    private int _count;

    /// <summary>The calls since they were last taken, in the order in which they were sent.</summary>
    public IReadOnlyList<StorageCall> Calls => [.. _calls];

    /// <summary>Ends when a call has frozen.</summary>
    public Task Frozen => _frozen.Task;

    /// <summary>What goes wrong with the n-th call, from 1; nothing by default.</summary>
    public Func<int, HttpMessage, StorageFault> FaultOf { get; set; } = (_, _) => StorageFault.None;

    /// <summary>Told of each call that storage has done.</summary>
    public Func<HttpMessage, Task> Done { get; init; } = _ => Task.CompletedTask;

    public TableServiceClient Tables(string storage) => new(storage, Watched(new TableClientOptions()));

    public QueueServiceClient Queues(string storage) => new(storage, Watched(new QueueClientOptions { MessageEncoding = QueueMessageEncoding.Base64 }));

    /// <summary>The methods of the calls since they were last taken; a transaction is a POST.</summary>
    public IReadOnlyList<string> TakeMethods() => [.. Interlocked.Exchange(ref _calls, new ConcurrentQueue<StorageCall>()).Select(call => call.Method)];

    /// <summary>Forgets the calls so far.</summary>
    public void Reset() => TakeMethods();

    public override void Process(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline) => throw new NotSupportedException();

    public override async ValueTask ProcessAsync(HttpMessage message, ReadOnlyMemory<HttpPipelinePolicy> pipeline)
    {
        _calls.Enqueue(new StorageCall(message.Request.Method.Method, message.Request.Uri.ToUri().AbsolutePath, IsOfRateLimiter(message.Request.Content)));
        var fault = FaultOf(Interlocked.Increment(ref _count), message);
        await ActAsync(fault, StorageFault.FreezeBefore, StorageFault.FailBefore);
        await ProcessNextAsync(message, pipeline);
        if (message.Response.Status < 300)
        {
            await Done(message);
        }

        await ActAsync(fault, StorageFault.FreezeAfter, StorageFault.FailAfter);
    }

    private static bool IsOfRateLimiter(RequestContent? content)
    {
        using var body = new MemoryStream();
        content?.WriteTo(body, CancellationToken.None);
        return Encoding.UTF8.GetString(body.ToArray()).Contains($"/{SharedRateLimits.Table}", StringComparison.Ordinal);
    }

    private TOptions Watched<TOptions>(TOptions options)
        where TOptions : ClientOptions
    {
        options.AddPolicy(this, position);
        return options;
    }

    private async Task ActAsync(StorageFault fault, StorageFault freeze, StorageFault fail)
    {
        if (fault == freeze)
        {
            _frozen.TrySetResult();
            await new TaskCompletionSource().Task;
        }

        if (fault == fail)
        {
            throw new IOException("The storage account is out of reach.");
        }
    }
}

/// <summary>A call to storage.</summary>
/// <param name="Method">The HTTP method.</param>
/// <param name="Path">The path of its address, with the account's name.</param>
/// <param name="IsOfRateLimiter">Whether it takes slots of a rate limit: how many of these there are depends on the time, not on what is done.</param>
internal sealed record StorageCall(string Method, string Path, bool IsOfRateLimiter)
{
    /// <summary>It puts a message on a queue.</summary>
    public bool IsMessage => Method == "POST" && Path.EndsWith("/messages", StringComparison.Ordinal);

    /// <summary>It carries several rows, and not those of a rate limit.</summary>
    public bool IsTransaction => !IsOfRateLimiter && Path.EndsWith("/$batch", StringComparison.Ordinal);

    /// <summary>It writes one row of a table.</summary>
    public bool IsRow => Method != "GET" && !Path.EndsWith("/$batch", StringComparison.Ordinal) && !Path.Contains("/messages", StringComparison.Ordinal);
}

/// <summary>What goes wrong with a call to storage.</summary>
internal enum StorageFault
{
    None,

    /// <summary>The process dies before the call.</summary>
    FreezeBefore,

    /// <summary>The process dies when the call is done.</summary>
    FreezeAfter,

    /// <summary>The call never arrives.</summary>
    FailBefore,

    /// <summary>The call is done, but its answer never arrives.</summary>
    FailAfter,
}
