using System.Net;

namespace Stripe;

/// <summary>The events of an account. All methods throw <see cref="StripeException"/> when Stripe refuses.</summary>
public class EventService(IStripeClient client) : Service(client)
{
    private const string Path = "/v1/events";

    public virtual Task<Event> GetAsync(
        string id, EventGetOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
        => RequestAsync<Event>(HttpMethod.Get, $"{Path}/{WebUtility.UrlEncode(id)}", options, requestOptions, cancellationToken);

    /// <summary>Gets one page, the newest first.</summary>
    public virtual Task<StripeList<Event>> ListAsync(
        EventListOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
        => RequestAsync<StripeList<Event>>(HttpMethod.Get, Path, options, requestOptions, cancellationToken);

    /// <summary>Goes through all pages, asking for each when it is needed.</summary>
    public virtual IAsyncEnumerable<Event> ListAutoPagingAsync(
        EventListOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
        => ListAllAsync<Event>(Path, options, requestOptions, cancellationToken);
}
