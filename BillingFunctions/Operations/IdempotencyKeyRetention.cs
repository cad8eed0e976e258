using BillingFunctions.Platform.Http;
using BillingFunctions.Platform.Retention;

namespace BillingFunctions.Operations;

/// <summary>Removes idempotency keys that are forgotten anyway.</summary>
public sealed class IdempotencyKeyRetention(IdempotentRequests requests, RetentionLimits limits) : IRetention
{
    public string Name => "idempotency keys";

    public Task<int> RemoveAsync(CancellationToken cancellationToken) => requests.RemoveAsync(limits.IdempotencyKeys, cancellationToken);
}
