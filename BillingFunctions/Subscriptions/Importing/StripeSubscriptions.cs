using BillingFunctions.Platform.Stripe;
using BillingFunctions.Subscriptions.History;
using Stripe;

namespace BillingFunctions.Subscriptions.Importing;

/// <summary>Subscriptions as Stripe has them now, each as a snapshot event: whatever else is heard of them, earlier or later, the same fold makes one history of it.</summary>
public sealed class StripeSubscriptions(StripeClients clients, TimeProvider time)
{
    private const int PageSize = 100;

    /// <summary>Whether its latest invoice is paid decides whether it is paid.</summary>
    private static readonly List<string> Expanded = ["latest_invoice"];

    private SubscriptionService Subscriptions => clients.For(StripeLane.Export).V1.Subscriptions;

    /// <summary>One subscription.</summary>
    /// <returns>Null when Stripe has none of that id.</returns>
    /// <exception cref="StripeThrottledException">The rate limit has no room.</exception>
    internal async Task<SubscriptionEvent?> FindAsync(string id, CancellationToken cancellationToken)
    {
        var readAt = time.GetUtcNow();
        try
        {
            var found = await Subscriptions.GetAsync(id, new SubscriptionGetOptions { Expand = Expanded }, cancellationToken: cancellationToken);
            return SubscriptionEventReader.ReadSnapshot(StripeText.Parse(found.StripeResponse!.Content), readAt);
        }
        catch (StripeException missing) when (missing.StripeError?.Code == "resource_missing")
        {
            return null;
        }
    }

    /// <summary>A page of all the account's subscriptions, those that have ended included.</summary>
    /// <param name="after">The id behind which the page begins; null for the first.</param>
    /// <param name="cancellationToken">Cancels the call.</param>
    /// <exception cref="StripeThrottledException">The rate limit has no room.</exception>
    internal async Task<(IReadOnlyList<SubscriptionEvent> Snapshots, string? Next)> ListAsync(string? after, CancellationToken cancellationToken)
    {
        var readAt = time.GetUtcNow();
        var options = new SubscriptionListOptions { Status = "all", Limit = PageSize, StartingAfter = after, Expand = Expanded.ConvertAll(field => $"data.{field}") };
        var list = await Subscriptions.ListAsync(options, cancellationToken: cancellationToken);
        var page = StripePage.Read(list.StripeResponse!, after);
        return ([.. page.Items.Select(item => SubscriptionEventReader.ReadSnapshot(item, readAt))], page.Next);
    }
}
