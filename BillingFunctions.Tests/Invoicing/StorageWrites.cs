using System.Text;
using Azure.Core;
using Azure.Core.Pipeline;
using BillingFunctions.Platform.RateLimiting;

namespace BillingFunctions.Tests.Invoicing;

/// <summary>Counts what is written to storage. The rate limiter's writes are left out: how many there are depends on the time, not on what is done.</summary>
internal sealed class StorageWrites : HttpPipelineSynchronousPolicy
{
    private int _transactions;
    private int _rows;
    private int _messages;

    /// <summary>Calls that carry several rows.</summary>
    public int Transactions => Volatile.Read(ref _transactions);

    /// <summary>Calls that write one row.</summary>
    public int Rows => Volatile.Read(ref _rows);

    /// <summary>Messages that were put on a queue.</summary>
    public int Messages => Volatile.Read(ref _messages);

    public override void OnSendingRequest(HttpMessage message)
    {
        var (method, path) = (message.Request.Method, message.Request.Uri.Path);
        if (path.EndsWith("/messages", StringComparison.Ordinal))
        {
            Interlocked.Add(ref _messages, method == RequestMethod.Post ? 1 : 0);
        }
        else if (path.EndsWith("/$batch", StringComparison.Ordinal))
        {
            Interlocked.Add(ref _transactions, IsOfRateLimiter(message.Request.Content!) ? 0 : 1);
        }
        else if (method != RequestMethod.Get && !path.Contains("/messages/", StringComparison.Ordinal))
        {
            Interlocked.Increment(ref _rows);
        }
    }

    public void Reset() => _transactions = _rows = _messages = 0;

    private static bool IsOfRateLimiter(RequestContent transaction)
    {
        using var body = new MemoryStream();
        transaction.WriteTo(body, CancellationToken.None);
        return Encoding.UTF8.GetString(body.ToArray()).Contains($"/{RateLimitStore.Table}", StringComparison.Ordinal);
    }
}
