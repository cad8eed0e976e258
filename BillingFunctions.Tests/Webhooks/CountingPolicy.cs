using Azure.Core;
using Azure.Core.Pipeline;

namespace BillingFunctions.Tests.Webhooks;

/// <summary>Counts the calls that go to storage.</summary>
internal sealed class CountingPolicy : HttpPipelineSynchronousPolicy
{
    private int _calls;

    public int Calls => Volatile.Read(ref _calls);

    public override void OnSendingRequest(HttpMessage message) => Interlocked.Increment(ref _calls);

    public void Reset() => Volatile.Write(ref _calls, 0);
}
