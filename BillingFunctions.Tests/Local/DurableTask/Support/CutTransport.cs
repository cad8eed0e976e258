using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;

namespace BillingFunctions.Tests.Local.DurableTask.Support;

/// <summary>A way to the storage that is cut off after some writes, as if its process had been killed.</summary>
internal sealed class CutTransport(int writes) : HttpPipelineTransport, IDisposable
{
    private readonly HttpClientTransport _inner = new();
    private readonly TaskCompletionSource _happened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _left = writes;

    public Task Happened => _happened.Task;

    public TableServiceClient Tables(string connectionString) =>
        new(connectionString, new TableClientOptions { Transport = this, Retry = { MaxRetries = 0 } });

    public void Dispose() => _inner.Dispose();

    public override Request CreateRequest() => _inner.CreateRequest();

    public override void Process(HttpMessage message) => throw new NotSupportedException();

    public override ValueTask ProcessAsync(HttpMessage message)
    {
        var isWrite = message.Request.Method != RequestMethod.Get;
        var left = isWrite ? Interlocked.Decrement(ref _left) : Volatile.Read(ref _left);
        if (left >= 0)
        {
            return _inner.ProcessAsync(message);
        }

        _happened.TrySetResult();
        throw new IOException("cut off");
    }
}
