using BillingFunctions.Platform.Retention;

namespace BillingFunctions.Platform.Shadow;

/// <summary>Removes what was recorded in shadow mode long ago.</summary>
public sealed class ShadowRetention(ShadowActions actions, RetentionLimits limits) : IRetention
{
    public string Name => "shadow actions";

    public Task<int> RemoveAsync(CancellationToken cancellationToken) => actions.RemoveAsync(limits.Audit, cancellationToken);
}
