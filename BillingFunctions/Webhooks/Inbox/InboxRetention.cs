using BillingFunctions.Platform.Retention;

namespace BillingFunctions.Webhooks.Inbox;

/// <summary>Removes events that have been applied or ignored long ago.</summary>
public sealed class InboxRetention(InboxStore store, RetentionLimits limits) : IRetention
{
    public string Name => "webhook events";

    public Task<int> RemoveAsync(CancellationToken cancellationToken) => store.RemoveSettledAsync(limits.WebhookEvents, cancellationToken);
}
