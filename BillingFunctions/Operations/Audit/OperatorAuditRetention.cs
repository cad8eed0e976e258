using BillingFunctions.Platform.Retention;

namespace BillingFunctions.Operations.Audit;

/// <summary>Removes what operators did long ago.</summary>
public sealed class OperatorAuditRetention(OperatorAudit audit, RetentionLimits limits) : IRetention
{
    public string Name => "operator audit";

    public Task<int> RemoveAsync(CancellationToken cancellationToken) => audit.RemoveAsync(limits.Audit, cancellationToken);
}
