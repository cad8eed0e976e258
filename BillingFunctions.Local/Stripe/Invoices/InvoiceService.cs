using System.Net;

namespace Stripe;

/// <summary>The invoices of an account. All methods throw <see cref="StripeException"/> when Stripe refuses.</summary>
public class InvoiceService(IStripeClient client) : Service(client)
{
    private const string Path = "/v1/invoices";

    /// <summary>Turns a draft into an open invoice, which cannot be edited any more.</summary>
    public virtual Task<Invoice> FinalizeInvoiceAsync(
        string id, InvoiceFinalizeOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
        => RequestAsync<Invoice>(HttpMethod.Post, $"{PathOf(id)}/finalize", options, requestOptions, cancellationToken);

    public virtual Task<Invoice> GetAsync(
        string id, InvoiceGetOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
        => RequestAsync<Invoice>(HttpMethod.Get, PathOf(id), options, requestOptions, cancellationToken);

    /// <summary>Gets one page, the newest first.</summary>
    public virtual Task<StripeList<Invoice>> ListAsync(
        InvoiceListOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
        => RequestAsync<StripeList<Invoice>>(HttpMethod.Get, Path, options, requestOptions, cancellationToken);

    /// <summary>Goes through all pages, asking for each when it is needed.</summary>
    public virtual IAsyncEnumerable<Invoice> ListAutoPagingAsync(
        InvoiceListOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
        => ListAllAsync<Invoice>(Path, options, requestOptions, cancellationToken);

    /// <summary>Tries to pay now; a draft is finalized first.</summary>
    public virtual Task<Invoice> PayAsync(
        string id, InvoicePayOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
        => RequestAsync<Invoice>(HttpMethod.Post, $"{PathOf(id)}/pay", options, requestOptions, cancellationToken);

    /// <summary>Declares an open invoice void, for good.</summary>
    public virtual Task<Invoice> VoidInvoiceAsync(
        string id, InvoiceVoidOptions? options = null, RequestOptions? requestOptions = null, CancellationToken cancellationToken = default)
        => RequestAsync<Invoice>(HttpMethod.Post, $"{PathOf(id)}/void", options, requestOptions, cancellationToken);

    private static string PathOf(string id) => $"{Path}/{WebUtility.UrlEncode(id)}";
}
