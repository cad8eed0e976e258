using System.Collections.Concurrent;
using Azure.Core;
using Azure.Core.Pipeline;
using Azure.Data.Tables;

namespace BillingFunctions.Tests.Customers;

/// <summary>Counts the calls of a storage client.</summary>
internal sealed class CallLog : HttpPipelineSynchronousPolicy
{
    private readonly ConcurrentQueue<string> _calls = new();

    /// <summary>The HTTP methods since this was last asked.</summary>
    public string Take()
    {
        var calls = string.Join(' ', _calls);
        _calls.Clear();
        return calls;
    }

    public TableServiceClient Tables(string storage)
    {
        var options = new TableClientOptions();
        options.AddPolicy(this, HttpPipelinePosition.PerRetry);
        return new TableServiceClient(storage, options);
    }

    /// <summary>Loses the answer to each call that this is true for: it is done, and nobody knows.</summary>
    public Func<Request, bool> Loses { get; set; } = _ => false;

    public override void OnSendingRequest(HttpMessage message) => _calls.Enqueue(message.Request.Method.Method);

    public override void OnReceivedResponse(HttpMessage message)
    {
        if (Loses(message.Request))
        {
            throw new IOException("The connection was cut.");
        }
    }
}
