using System.Net;

namespace Stripe;

/// <summary>The customers of an account. All methods throw <see cref="StripeException"/> when Stripe refuses.</summary>
public class CustomerService(IStripeClient client) : Service(client)
{
    private const string Path = "/v1/customers";

    public virtual Task<Customer> CreateAsync(
        CustomerCreateOptions? options, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
        => RequestAsync<Customer>(HttpMethod.Post, Path, options, requestOptions, cancellationToken);

    /// <summary>Deletes for good, with the customer's subscriptions.</summary>
    public virtual Task<Customer> DeleteAsync(
        string id, CustomerDeleteOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
        => RequestAsync<Customer>(HttpMethod.Delete, PathOf(id), options, requestOptions, cancellationToken);

    /// <summary>Gets a customer; a deleted one comes with <see cref="Customer.Deleted"/> set.</summary>
    public virtual Task<Customer> GetAsync(
        string id, CustomerGetOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
        => RequestAsync<Customer>(HttpMethod.Get, PathOf(id), options, requestOptions, cancellationToken);

    /// <summary>Gets one page, the newest first; deleted customers are left out.</summary>
    public virtual Task<StripeList<Customer>> ListAsync(
        CustomerListOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
        => RequestAsync<StripeList<Customer>>(HttpMethod.Get, Path, options, requestOptions, cancellationToken);

    /// <summary>Goes through all pages, asking for each when it is needed.</summary>
    public virtual IAsyncEnumerable<Customer> ListAutoPagingAsync(
        CustomerListOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
        => ListAllAsync<Customer>(Path, options, requestOptions, cancellationToken);

    public virtual Task<Customer> UpdateAsync(
        string id, CustomerUpdateOptions? options, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
        => RequestAsync<Customer>(HttpMethod.Post, PathOf(id), options, requestOptions, cancellationToken);

    private static string PathOf(string id) => $"{Path}/{WebUtility.UrlEncode(id)}";
}
