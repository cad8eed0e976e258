using System.Net;

namespace Stripe;

/// <summary>The subscriptions of an account. All methods throw <see cref="StripeException"/> when Stripe refuses.</summary>
public class SubscriptionService(IStripeClient client) : Service(client)
{
    private const string Path = "/v1/subscriptions";

    /// <summary>Ends it at once; <see cref="SubscriptionUpdateOptions.CancelAtPeriodEnd"/> ends it later.</summary>
    public virtual Task<Subscription> CancelAsync(
        string id, SubscriptionCancelOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
        => RequestAsync<Subscription>(HttpMethod.Delete, PathOf(id), options, requestOptions, cancellationToken);

    public virtual Task<Subscription> CreateAsync(
        SubscriptionCreateOptions? options, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
        => RequestAsync<Subscription>(HttpMethod.Post, Path, options, requestOptions, cancellationToken);

    /// <summary>Gets a subscription, one that has ended too.</summary>
    public virtual Task<Subscription> GetAsync(
        string id, SubscriptionGetOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
        => RequestAsync<Subscription>(HttpMethod.Get, PathOf(id), options, requestOptions, cancellationToken);

    /// <summary>Gets one page, the newest first.</summary>
    public virtual Task<StripeList<Subscription>> ListAsync(
        SubscriptionListOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
        => RequestAsync<StripeList<Subscription>>(HttpMethod.Get, Path, options, requestOptions, cancellationToken);

    /// <summary>Goes through all pages, asking for each when it is needed.</summary>
    public virtual IAsyncEnumerable<Subscription> ListAutoPagingAsync(
        SubscriptionListOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
        => ListAllAsync<Subscription>(Path, options, requestOptions, cancellationToken);

    public virtual Task<Subscription> UpdateAsync(
        string id, SubscriptionUpdateOptions? options, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
        => RequestAsync<Subscription>(HttpMethod.Post, PathOf(id), options, requestOptions, cancellationToken);

    private static string PathOf(string id) => $"{Path}/{WebUtility.UrlEncode(id)}";
}
