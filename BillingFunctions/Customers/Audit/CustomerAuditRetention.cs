using BillingFunctions.Platform.Retention;

namespace BillingFunctions.Customers.Audit;

/// <summary>Removes entries of the customers' audit from long ago.</summary>
public sealed class CustomerAuditRetention(CustomerAudit audit, RetentionLimits limits) : IRetention
{
    public string Name => "customer audit";

    public Task<int> RemoveAsync(CancellationToken cancellationToken) => audit.RemoveAsync(limits.Audit, cancellationToken);
}
